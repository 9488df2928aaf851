INSERT INTO token (id, user_id, name, digest, created_at) VALUES ($1, $2, $3, $4, clock())
ON CONFLICT (id) DO NOTHING
RETURNING id
