-- An order's lines add up to its total; each line's amount is its quantity times its price.
SELECT o.id, o.number, o.total, sum(l.amount)::bigint AS lines, sum(l.quantity * l.unit_price)::bigint AS computed
FROM orders AS o
LEFT JOIN order_line AS l ON l.order_id = o.id
GROUP BY o.id, o.number, o.total
HAVING o.total IS DISTINCT FROM sum(l.amount)
    OR count(*) FILTER (WHERE l.amount <> l.quantity * l.unit_price) > 0
ORDER BY o.id
LIMIT $1
