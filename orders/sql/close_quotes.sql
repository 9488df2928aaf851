-- Questions that are still open although nobody waits for their answers any more: no carrier's failure.
UPDATE quote SET state = 'cancelled', detail = 'the asking was broken off', answered_at = clock()
WHERE order_id = $1 AND state = 'asked'
