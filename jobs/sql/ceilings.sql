-- What limits the connections of the role that asks: of, most, others (those under it that are not
-- Headrace's), processes (of Headrace: each has one listener). Superusers may use what is reserved, and neither
-- their own limit nor a database's holds for them.
WITH me AS (
    SELECT r.oid, r.rolsuper, r.rolconnlimit, d.oid AS database, d.datconnlimit,
           r.rolsuper OR EXISTS (  -- PostgreSQL 16 has that role and that setting
               SELECT 1 FROM pg_roles AS p
               WHERE p.rolname = 'pg_use_reserved_connections' AND pg_has_role(r.oid, p.oid, 'USAGE')
           ) AS reserved
    FROM pg_roles AS r, pg_database AS d
    WHERE r.rolname = session_user AND d.datname = current_database()
), there AS (
    SELECT datid, usesysid, coalesce(application_name, '') LIKE '%headrace%' AS ours,
           coalesce(application_name, '') = 'headrace listener' AS listens
    FROM pg_stat_activity
    WHERE datid IS NOT NULL AND usesysid IS NOT NULL
)
SELECT 'server' AS of,
       current_setting('max_connections')::int
           - CASE WHEN me.rolsuper THEN 0 ELSE current_setting('superuser_reserved_connections')::int END
           - CASE WHEN me.reserved THEN 0
                  ELSE coalesce(current_setting('reserved_connections', true), '0')::int END AS most,
       (SELECT count(*) FROM there WHERE NOT ours)::int AS others,
       (SELECT count(*) FROM there WHERE listens)::int AS processes
FROM me
UNION ALL
SELECT 'database', me.datconnlimit, (SELECT count(*) FROM there WHERE datid = me.database AND NOT ours)::int,
       (SELECT count(*) FROM there WHERE datid = me.database AND listens)::int
FROM me WHERE me.datconnlimit >= 0 AND NOT me.rolsuper
UNION ALL
SELECT 'role', me.rolconnlimit, (SELECT count(*) FROM there WHERE usesysid = me.oid AND NOT ours)::int,
       (SELECT count(*) FROM there WHERE usesysid = me.oid AND listens)::int
FROM me WHERE me.rolconnlimit >= 0 AND NOT me.rolsuper
