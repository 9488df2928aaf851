-- What was revoked before keeps its time.
UPDATE token SET revoked_at = clock() WHERE id = ANY ($1::uuid[]) AND revoked_at IS NULL RETURNING id
