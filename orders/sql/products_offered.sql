-- $1 what a SKU begins with; $2 words of a name or their beginnings, as a tsquery, NULL for none; $3 how many;
-- $4 currencies. SKUs come first, then whole names. Of those whose words fit a thousand are looked at, as in
-- customers_named.
WITH coded AS (
    SELECT p.sku, p.name, p.currency, p.price
    FROM unnest($4::text[]) AS wanted (currency)
    CROSS JOIN LATERAL (
        SELECT sku, name, currency, price
        FROM product
        WHERE active
          AND currency = wanted.currency
          AND upper(sku) COLLATE "C" >= upper($1::text)
          AND upper(sku) COLLATE "C" < upper($1::text) || chr(1114111)
        ORDER BY upper(sku) COLLATE "C"
        LIMIT $3
    ) AS p
), named AS MATERIALIZED (
    SELECT sku, name, currency, price
    FROM product
    WHERE active AND currency = ANY ($4) AND to_tsvector('simple', name) @@ to_tsquery('simple', $2)
)
SELECT sku AS code, name, currency, price
FROM (
    SELECT sku, name, currency, price, 0 AS place FROM coded
    UNION ALL
    (
        SELECT sku, name, currency, price, 1
        FROM product
        WHERE active AND currency = ANY ($4) AND lower(name) = lower($1)
        LIMIT $3
    )
    UNION ALL
    SELECT sku, name, currency, price, 2
    FROM (SELECT sku, name, currency, price FROM named LIMIT 1000) AS looked_at
) AS fits
GROUP BY sku, name, currency, price
ORDER BY min(place), sku
LIMIT $3
