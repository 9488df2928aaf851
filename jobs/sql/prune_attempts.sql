-- $1 days to keep
DELETE FROM attempt
WHERE ended_at < clock() - make_interval(days => $1::integer)
