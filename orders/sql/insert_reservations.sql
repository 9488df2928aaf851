INSERT INTO reservation (order_id, sku, quantity)
SELECT r.order_id, r.sku, r.quantity
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (order_id, sku, quantity)
