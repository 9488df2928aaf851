-- $1 job
SELECT number, worker, actor, started_at, ended_at, outcome, error_class, error, traceback
FROM attempt
WHERE job = $1
ORDER BY id
