-- $1 what a code begins with; $2 words of a name or their beginnings, as a tsquery, NULL for none; $3 how many.
-- Codes come first, then whole names. Of those whose words fit a thousand are looked at, as in customers_named.
WITH coded AS (
    SELECT code, name
    FROM customer
    WHERE active
      AND upper(code) COLLATE "C" >= upper($1::text)
      AND upper(code) COLLATE "C" < upper($1::text) || chr(1114111)
    ORDER BY upper(code) COLLATE "C"
    LIMIT $3
), named AS MATERIALIZED (
    SELECT code, name
    FROM customer
    WHERE active AND to_tsvector('simple', name) @@ to_tsquery('simple', $2)
)
SELECT code, name
FROM (
    SELECT code, name, 0 AS place FROM coded
    UNION ALL
    (SELECT code, name, 1 FROM customer WHERE active AND lower(name) = lower($1) LIMIT $3)
    UNION ALL
    SELECT code, name, 2 FROM (SELECT code, name FROM named LIMIT 1000) AS looked_at
) AS fits
GROUP BY code, name
ORDER BY min(place), code
LIMIT $3
