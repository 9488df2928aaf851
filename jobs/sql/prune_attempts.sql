-- $1 days to keep, $2 how many at most: an hour's rows may be more than one statement can take.
DELETE FROM attempt
WHERE id = ANY (ARRAY(
    SELECT id
    FROM attempt
    WHERE ended_at < clock() - make_interval(days => $1::integer)
    ORDER BY ended_at
    LIMIT $2
))
