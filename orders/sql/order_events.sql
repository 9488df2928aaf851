SELECT id, at, state, actor, reason, data FROM order_event WHERE order_id = $1 ORDER BY id
