-- Questions an earlier round left open: whoever asked them is gone, which is no carrier's failure.
UPDATE quote SET state = 'cancelled', detail = 'the asking was broken off', answered_at = clock()
WHERE order_id = $1 AND state = 'asked'
