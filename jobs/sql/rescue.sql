-- $1 how many at most. Running without a live lease: ready again, waiting for its turn apart (claim_apart.sql)
-- where one attempt is left, or failed where none is.
-- The anti-join comes before the limit, so that long jobs of live workers never hide a lost one.
WITH lost AS MATERIALIZED (
    SELECT job.id, job.fence, job.attempt >= job.max_attempts AS spent,
           CASE WHEN job.attempt = job.max_attempts - 1 THEN 'waiting' ELSE 'ready' END AS state
    FROM job
    WHERE job.state = 'running'
      AND NOT EXISTS (SELECT FROM worker AS w
                      WHERE w.id = job.worker AND w.stopped_at IS NULL AND w.lease_until > clock())
    ORDER BY job.id
    LIMIT $1
    FOR NO KEY UPDATE OF job SKIP LOCKED
), again AS (
    UPDATE job
    SET state = lost.state, version = job.version + 1
    FROM lost
    WHERE job.id = lost.id AND job.fence = lost.fence AND job.state = 'running' AND NOT lost.spent
    RETURNING job.id, job.task, job.queue, job.state, job.attempt, job.fence, job.worker, job.started_at, job.version
), gone AS (
    DELETE FROM job
    USING lost
    WHERE job.id = lost.id AND job.fence = lost.fence AND job.state = 'running' AND lost.spent
    RETURNING job.id, job.task, job.queue, job.priority, job.args, job.kwargs, job.subject, job.run_at,
              job.created_at, job.attempt, job.max_attempts, job.fence, job.worker, job.started_at,
              job.version + 1 AS version, clock() AS finished_at, job.progress
), kept AS (
    INSERT INTO job_history (id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
                             max_attempts, fence, worker, started_at, version, state, finished_at, error,
                             progress)
    SELECT id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
           max_attempts, fence, worker, started_at, version, 'failed', finished_at, 'lost with its worker',
           progress
    FROM gone
), noted AS (
    INSERT INTO attempt (job, task, number, fence, worker, started_at, ended_at, outcome, error)
    SELECT id, task, attempt, fence, worker, started_at, clock(), 'lost', 'lost with its worker' FROM again
    UNION ALL
    SELECT id, task, attempt, fence, worker, started_at, clock(), 'lost', 'lost with its worker' FROM gone
), tallied AS (
    INSERT INTO job_minute AS m (minute, task, queue, state, shard, count, wait_ms, run_ms, wait_spread, run_spread)
    SELECT date_trunc('minute', finished_at), task, queue, 'failed', pg_backend_pid() % 64, count(*),
           sum(wait)::bigint, sum(run)::bigint, spread(array_agg(wait)), spread(array_agg(run))
    FROM gone,
         LATERAL (SELECT greatest(0, extract(epoch FROM started_at - run_at) * 1000)::float8 AS wait,
                         greatest(0, extract(epoch FROM finished_at - started_at) * 1000)::float8 AS run) AS took
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (minute, task, queue, state, shard) DO UPDATE
    SET count = m.count + excluded.count, wait_ms = m.wait_ms + excluded.wait_ms,
        run_ms = m.run_ms + excluded.run_ms, wait_spread = add_spread(m.wait_spread, excluded.wait_spread),
        run_spread = add_spread(m.run_spread, excluded.run_spread)
)
SELECT id, version, queue, state, NULL::text AS task, NULL::jsonb AS args, NULL::jsonb AS kwargs,
       NULL::text AS subject
FROM again
UNION ALL
SELECT id, version, queue, 'failed' AS state, task, args, kwargs, subject FROM gone
