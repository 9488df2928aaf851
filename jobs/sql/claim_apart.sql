-- $1 queues, $2 worker. One job that was lost with its worker and has one attempt left. A worker without a live
-- lease claims nothing, as in claim.sql.
WITH c AS MATERIALIZED (
    SELECT id
    FROM job
    WHERE state = 'waiting' AND attempt > 0 AND queue = ANY ($1::text[])
      AND (SELECT true FROM worker WHERE id = $2 AND stopped_at IS NULL AND lease_until > clock())
    ORDER BY priority DESC, run_at, id
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE job
SET state = 'running', attempt = job.attempt + 1, fence = nextval('job_fence'), worker = $2,
    started_at = clock(), progress = NULL, version = job.version + 1
FROM c
WHERE job.id = c.id
RETURNING job.id, job.task, job.queue, job.priority, job.args, job.kwargs, job.subject, job.run_at,
          job.created_at, job.started_at, job.attempt, job.max_attempts, job.fence, job.worker, job.version
