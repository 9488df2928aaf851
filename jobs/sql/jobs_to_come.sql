-- $1 subject. The jobs about it that nobody runs yet.
SELECT id FROM job WHERE subject = $1 AND subject <> '' AND state IN ('scheduled', 'waiting', 'ready') ORDER BY id
