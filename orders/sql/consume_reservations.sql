UPDATE reservation SET state = 'consumed' WHERE order_id = ANY ($1::uuid[]) AND state = 'active'
