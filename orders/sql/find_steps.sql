-- The steps an order has done stand in its timeline.
SELECT e.data ->> 'step' AS step
FROM order_event AS e
WHERE e.order_id = $1 AND e.data ? 'step'
