-- A secured order's units are reserved, a fulfilled one's are consumed, and nothing is reserved for the others.
WITH wanted AS (
    SELECT l.order_id, l.sku, sum(l.quantity)::bigint AS quantity FROM order_line AS l GROUP BY l.order_id, l.sku
), expected AS (
    SELECT w.order_id, w.sku, w.quantity, CASE o.state WHEN 'fulfilled' THEN 'consumed' ELSE 'active' END AS state
    FROM wanted AS w
    JOIN orders AS o ON o.id = w.order_id
    WHERE o.state IN ('secured', 'fulfilling', 'fulfilled')
), kept AS (
    SELECT order_id, sku, quantity, state FROM reservation WHERE state <> 'released'
)
SELECT order_id, sku, e.quantity AS wanted, e.state AS expected, k.quantity AS reserved, k.state
FROM expected AS e
FULL JOIN kept AS k USING (order_id, sku)
WHERE (e.quantity, e.state) IS DISTINCT FROM (k.quantity, k.state)
ORDER BY order_id, sku
LIMIT $1
