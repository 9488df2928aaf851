INSERT INTO order_line (order_id, position, sku, quantity, unit_price, amount)
SELECT l.order_id, l.position, l.sku, l.quantity, l.unit_price, l.quantity * l.unit_price
FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::bigint[], $5::bigint[])
     AS l (order_id, position, sku, quantity, unit_price)
