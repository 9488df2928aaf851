INSERT INTO stock (sku, on_hand)
SELECT s.sku, s.on_hand
FROM unnest($1::text[], $2::bigint[]) AS s (sku, on_hand)
ORDER BY s.sku
ON CONFLICT (sku) DO NOTHING
