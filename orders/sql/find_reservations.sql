SELECT sku, sum(quantity)::bigint AS quantity
FROM reservation
WHERE order_id = ANY ($1::uuid[]) AND state = 'active'
GROUP BY sku
ORDER BY sku
