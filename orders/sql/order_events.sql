-- what happened: a step of one's own was taken, or else the order came into a state, or stayed in it.
SELECT id, at, state, CASE WHEN data ? 'step' THEN 'step' ELSE state END AS what, actor, reason, data
FROM order_event
WHERE order_id = $1
ORDER BY id
