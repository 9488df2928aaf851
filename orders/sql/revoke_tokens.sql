UPDATE token SET revoked_at = clock()
WHERE (id = $1 OR user_id = $2) AND revoked_at IS NULL
RETURNING id, user_id, name
