-- $1 what a code begins with; $2 words of a code or a name or their beginnings, as a tsquery, NULL for none;
-- $3 how many; $4 currency; $5 but not this code. Codes come first, then whole names (a wallet is called by its
-- customer, too). Of those whose words fit a thousand are looked at, as in customers_named.
WITH coded AS (
    SELECT code, name
    FROM account
    WHERE currency = $4
      AND upper(code) COLLATE "C" >= upper($1::text)
      AND upper(code) COLLATE "C" < upper($1::text) || chr(1114111)
      AND code <> $5
    ORDER BY upper(code) COLLATE "C"
    LIMIT $3
), named AS MATERIALIZED (
    SELECT code, name
    FROM account
    WHERE currency = $4
      AND to_tsvector('simple', translate(code, ':/', '  ') || ' ' || name) @@ to_tsquery('simple', $2)
      AND code <> $5
)
SELECT code, name
FROM (
    SELECT code, name, 0 AS place FROM coded
    UNION ALL
    (
        SELECT code, name, 1
        FROM account
        WHERE currency = $4
          AND lower(name) = ANY (ARRAY[lower($1), lower($1 || ', ' || $4)])
          AND code <> $5
        LIMIT $3
    )
    UNION ALL
    SELECT code, name, 2 FROM (SELECT code, name FROM named LIMIT 1000) AS looked_at
) AS fits
GROUP BY code, name
ORDER BY min(place), code
LIMIT $3
