-- $1 queue, $2 how many, $3 worker. MATERIALIZED: the planner must not run the locking scan once a row.
-- A worker without a live lease claims nothing: what it claimed would be taken from it at once.
WITH c AS MATERIALIZED (
    SELECT id
    FROM job
    WHERE state = 'ready' AND queue = $1
      AND (SELECT true FROM worker WHERE id = $3 AND stopped_at IS NULL AND lease_until > clock())
    ORDER BY priority DESC, run_at, id
    LIMIT $2
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE job
SET state = 'running', attempt = job.attempt + 1, fence = nextval('job_fence'), worker = $3,
    started_at = clock(), progress = NULL, version = job.version + 1
FROM c
WHERE job.id = c.id
RETURNING job.id, job.task, job.queue, job.priority, job.args, job.kwargs, job.subject, job.run_at,
          job.created_at, job.started_at, job.attempt, job.max_attempts, job.fence, job.worker, job.version
