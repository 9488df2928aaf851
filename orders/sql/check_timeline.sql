-- The last entry of an order's timeline is the state it is in.
SELECT o.id, o.number, o.state, last.state AS timeline
FROM orders AS o
LEFT JOIN LATERAL (
    SELECT e.state FROM order_event AS e WHERE e.order_id = o.id ORDER BY e.id DESC LIMIT 1
) AS last ON true
WHERE last.state IS DISTINCT FROM o.state
ORDER BY o.id
LIMIT $1
