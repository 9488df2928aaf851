-- A secured order's total is held once, a fulfilled one's is paid once, and nothing is pending for the others.
WITH money AS (
    SELECT order_id,
           coalesce(sum(amount) FILTER (WHERE state = 'pending'), 0)::bigint AS pending,
           coalesce(sum(amount) FILTER (WHERE state = 'posted'), 0)::bigint AS posted
    FROM transfer
    WHERE order_id IS NOT NULL
    GROUP BY order_id
)
SELECT o.id, o.number, o.state, o.total, coalesce(m.pending, 0) AS pending, coalesce(m.posted, 0) AS posted
FROM orders AS o
LEFT JOIN money AS m ON m.order_id = o.id
WHERE (coalesce(m.pending, 0), coalesce(m.posted, 0)) <> (
    CASE WHEN o.state IN ('secured', 'fulfilling') THEN o.total ELSE 0 END,
    CASE WHEN o.state = 'fulfilled' THEN o.total ELSE 0 END
)
ORDER BY o.id
LIMIT $1
