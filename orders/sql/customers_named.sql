-- $1 words or their beginnings, as a tsquery; $2 how many. Materialized, or the sort's index would be walked instead.
WITH named AS MATERIALIZED (
    SELECT code, name
    FROM customer
    WHERE to_tsvector('simple', name) @@ to_tsquery('simple', $1)
)
SELECT code, name
FROM named
ORDER BY code
LIMIT $2
