-- $1 words or their beginnings, as a tsquery; $2 how many. Materialized, or the sort's index would be walked instead.
-- What is materialized is read as far as it is asked for: a thousand at most are fetched and sorted. (A limit
-- inside it would make reading the table from its beginning look cheap.) Who fits with more needs another word.
WITH named AS MATERIALIZED (
    SELECT code, name
    FROM customer
    WHERE to_tsvector('simple', name) @@ to_tsquery('simple', $1)
)
SELECT code, name
FROM (SELECT code, name FROM named LIMIT 1000) AS looked_at
ORDER BY code
LIMIT $2
