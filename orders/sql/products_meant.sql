-- $1 what was typed, $2 how many a text, $3 the currency it is asked for in, or NULL. As in customers_meant; a
-- name that is sold for other money means something only where none is sold for this.
SELECT said.text AS said, meant.sku AS code, meant.name, meant.rank
FROM unnest($1::text[]) AS said (text)
CROSS JOIN LATERAL (
    (SELECT sku, name, 0 FROM product WHERE active AND sku = said.text)
    UNION ALL
    (SELECT sku, name, 1 FROM product WHERE active AND upper(sku) COLLATE "C" = upper(said.text) LIMIT $2)
    UNION ALL
    (
        SELECT sku, name, CASE currency WHEN $3 THEN 2 ELSE 3 END
        FROM product
        WHERE active AND lower(name) = lower(said.text)
        ORDER BY 3
        LIMIT $2
    )
) AS meant (sku, name, rank)
ORDER BY said.text, meant.rank, meant.sku
