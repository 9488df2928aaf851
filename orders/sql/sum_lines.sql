SELECT order_id, sku, sum(quantity)::bigint AS quantity
FROM order_line
WHERE order_id = ANY ($1::uuid[])
GROUP BY order_id, sku
ORDER BY order_id, sku
