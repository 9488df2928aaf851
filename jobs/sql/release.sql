-- $1 worker, $2 ids it still holds. Everything else it claimed is ready again, in its old place; the claim
-- does not count.
WITH mine AS MATERIALIZED (
    SELECT id
    FROM job
    WHERE worker = $1 AND state = 'running' AND NOT (id = ANY ($2::uuid[]))
    ORDER BY id
    FOR NO KEY UPDATE
), moved AS (
    UPDATE job
    SET state = 'ready', max_attempts = job.max_attempts + 1, version = job.version + 1
    FROM mine
    WHERE job.id = mine.id AND job.state = 'running' AND job.worker = $1
    RETURNING job.id, job.task, job.queue, job.state, job.attempt, job.fence, job.worker, job.started_at, job.version
), noted AS (
    INSERT INTO attempt (job, task, number, fence, worker, started_at, ended_at, outcome)
    SELECT id, task, attempt, fence, worker, started_at, clock(), 'released'
    FROM moved
)
SELECT id, version, queue, state FROM moved
