SELECT order_id, debit, credit, amount FROM transfer WHERE order_id = ANY ($1::uuid[]) AND state = 'pending'
