SELECT t.id, t.name, t.created_at, t.revoked_at, u.username, u.is_active
FROM token AS t
JOIN auth_user AS u ON u.id = t.user_id
WHERE $1::bigint IS NULL OR t.user_id = $1
ORDER BY t.created_at, t.id
