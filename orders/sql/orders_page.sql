SELECT o.id, o.number, o.state, c.code AS customer, c.name AS customer_name, o.currency, o.total,
       (SELECT count(*) FROM order_line AS l WHERE l.order_id = o.id) AS lines,
       o.external_ref AS reference, o.reason, o.attention, o.door, o.version, o.created_at, o.updated_at
FROM orders AS o
JOIN customer AS c ON c.id = o.customer
WHERE ($1::text IS NULL OR o.state = $1)
  AND ($2::text IS NULL OR o.customer = (SELECT named.id FROM customer AS named WHERE named.code = $2))
  AND ($3::uuid IS NULL OR o.id < $3)
ORDER BY o.id DESC
LIMIT $4
