SELECT digest, user_id FROM token WHERE digest = ANY($1) AND revoked_at IS NULL
