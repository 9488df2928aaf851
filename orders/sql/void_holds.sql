UPDATE transfer SET state = 'voided', settled_at = clock() WHERE order_id = ANY ($1::uuid[]) AND state = 'pending'
