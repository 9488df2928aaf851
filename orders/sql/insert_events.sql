INSERT INTO order_event (order_id, at, state, actor, reason, data)
SELECT e.order_id, clock(), e.state, $5, e.reason, e.data
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) AS e (order_id, state, reason, data)
