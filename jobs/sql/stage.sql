-- $1 how many at most. Jobs whose time has come enter the claim's index.
WITH due AS MATERIALIZED (
    SELECT id
    FROM job
    WHERE state = 'scheduled' AND run_at <= clock()
    ORDER BY run_at
    LIMIT $1
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE job
SET state = 'ready', version = job.version + 1
FROM due
WHERE job.id = due.id AND job.state = 'scheduled'
RETURNING job.id, job.version, job.queue, job.state
