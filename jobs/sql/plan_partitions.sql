-- $1 days to keep. The DDL that is due, one a row: tomorrow's partitions (a table made apart and attached takes
-- no lock that stops reads), and the end of those behind. Names and bounds are UTC days.
WITH today AS (
    SELECT (clock() AT TIME ZONE 'UTC')::date AS day
), known AS (
    SELECT c.relname AS name
    FROM pg_inherits AS i
    JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'job_history'::regclass
), wanted AS (
    SELECT t.day + ahead AS day, 'job_history_' || to_char(t.day + ahead, 'YYYYMMDD') AS name
    FROM today AS t, generate_series(0, 3) AS ahead
)
SELECT w.name, true AS makes,
       format('CREATE TABLE %1$I (LIKE job_history INCLUDING DEFAULTS INCLUDING CONSTRAINTS);'
              'ALTER TABLE job_history ATTACH PARTITION %1$I FOR VALUES FROM (%2$L) TO (%3$L)',
              w.name, w.day || ' 00:00:00+00', (w.day + 1) || ' 00:00:00+00') AS ddl
FROM wanted AS w
WHERE w.name NOT IN (SELECT name FROM known)
UNION ALL
SELECT k.name, false, format('DROP TABLE %I', k.name)
FROM known AS k, today AS t
WHERE k.name ~ '^job_history_\d{8}$' AND to_date(right(k.name, 8), 'YYYYMMDD') < t.day - $1::integer
ORDER BY 1
