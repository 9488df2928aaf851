-- As find_client, for many users at once: their permissions are joined once, not looked up user by user.
WITH held AS (
    SELECT ug.user_id, gp.permission_id
    FROM auth_user_groups AS ug
    JOIN auth_group_permissions AS gp ON gp.group_id = ug.group_id
    WHERE ug.user_id = ANY($1)
    UNION
    SELECT up.user_id, up.permission_id
    FROM auth_user_user_permissions AS up
    WHERE up.user_id = ANY($1)
    UNION
    SELECT u.id, p.id
    FROM auth_user AS u
    CROSS JOIN auth_permission AS p
    WHERE u.is_superuser AND u.id = ANY($1)
), named AS (
    SELECT held.user_id, array_agg(ct.app_label || '.' || p.codename) AS permissions
    FROM held
    JOIN auth_permission AS p ON p.id = held.permission_id
    JOIN django_content_type AS ct ON ct.id = p.content_type_id
    GROUP BY held.user_id
)
SELECT u.id, u.username, u.is_active, COALESCE(named.permissions, '{}') AS permissions
FROM auth_user AS u
LEFT JOIN named ON named.user_id = u.id
WHERE u.id = ANY($1)
