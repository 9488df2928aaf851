UPDATE orders
SET attention = $2, version = version + 1, updated_at = clock()
WHERE id = $1 AND attention = '' AND state = ANY ($3::text[])
RETURNING state, version
