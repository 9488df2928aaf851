UPDATE reservation SET state = 'released' WHERE order_id = ANY ($1::uuid[]) AND state = 'active'
