SELECT o.id, o.number, o.state, o.customer, o.currency, o.total, c.name AS customer_name
FROM orders AS o
JOIN customer AS c ON c.id = o.customer
WHERE o.id = ANY ($1::uuid[])
ORDER BY o.id
FOR NO KEY UPDATE OF o
