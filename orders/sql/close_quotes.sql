-- Questions an earlier round left open: whoever asked them is gone.
UPDATE quote SET state = 'failed', detail = 'lost with its worker', answered_at = clock()
WHERE order_id = $1 AND state = 'asked'
