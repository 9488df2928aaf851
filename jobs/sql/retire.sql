-- $1 boot UUID. Its lease ends here.
UPDATE worker
SET stopped_at = clock()
WHERE id = $1::uuid AND stopped_at IS NULL
