SELECT u.id, u.username, u.is_active,
       ARRAY(SELECT ct.app_label || '.' || p.codename
             FROM auth_permission AS p
             JOIN django_content_type AS ct ON ct.id = p.content_type_id
             WHERE u.is_superuser
                OR p.id IN (SELECT up.permission_id FROM auth_user_user_permissions AS up WHERE up.user_id = u.id)
                OR p.id IN (SELECT gp.permission_id
                            FROM auth_user_groups AS ug
                            JOIN auth_group_permissions AS gp ON gp.group_id = ug.group_id
                            WHERE ug.user_id = u.id)) AS permissions
FROM token AS t
JOIN auth_user AS u ON u.id = t.user_id
WHERE t.digest = $1 AND t.revoked_at IS NULL
