INSERT INTO product (sku, name, currency, price)
SELECT p.sku, p.name, p.currency, p.price
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS p (sku, name, currency, price)
ORDER BY p.sku
ON CONFLICT (sku) DO NOTHING
RETURNING sku
