SELECT l.position, l.sku, p.name, l.quantity, l.unit_price, l.amount
FROM order_line AS l
LEFT JOIN product AS p ON p.sku = l.sku
WHERE l.order_id = $1
ORDER BY l.position
