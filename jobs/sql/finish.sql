-- One array a column; from $5 on empty where it says nothing of any job. A job that ended leaves the hot table for history, with its minute's tally, in this
-- one statement; a stale finish (another fence) finds no row and changes nothing.
-- The tally's shard is the backend's, so that two connections' finishes rarely wait for each other.
WITH given AS MATERIALIZED (
    SELECT g.id, g.fence, g.state, g.result, coalesce(g.error, '') AS error, coalesce(g.outcome, '') AS outcome,
           coalesce(g.error_class, '') AS error_class, coalesce(g.traceback, '') AS traceback, g.progress
    FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[])
         AS g(id, fence, state, result, error, outcome, error_class, traceback, progress)
), mine AS MATERIALIZED (
    SELECT job.id
    FROM job
    JOIN given ON given.id = job.id
    WHERE job.fence = given.fence AND job.state = 'running'
    ORDER BY job.id
    FOR NO KEY UPDATE OF job
), gone AS (
    DELETE FROM job
    USING mine, given
    WHERE job.id = mine.id AND given.id = mine.id AND job.fence = given.fence
    RETURNING job.id, job.task, job.queue, job.priority, job.args, job.kwargs, job.subject, job.run_at,
              job.created_at, job.attempt, job.max_attempts, job.fence, job.worker, job.started_at,
              job.version + 1 AS version, clock() AS finished_at, given.state, given.result, given.error,
              given.outcome, given.error_class, given.traceback,
              coalesce(given.progress::jsonb, job.progress) AS progress
), kept AS (
    INSERT INTO job_history (id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
                             max_attempts, fence, worker, started_at, version, state, finished_at, result, error,
                             progress)
    SELECT id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
           max_attempts, fence, worker, started_at, version, state, finished_at, result::jsonb, error, progress
    FROM gone
), noted AS (
    INSERT INTO attempt (job, task, number, fence, worker, started_at, ended_at, outcome, error_class, error,
                         traceback)
    SELECT id, task, attempt, fence, worker, started_at, finished_at, outcome, error_class, error, traceback
    FROM gone
    WHERE outcome <> ''
), tallied AS (
    INSERT INTO job_minute AS m (minute, task, queue, state, shard, count, wait_ms, run_ms, wait_spread, run_spread)
    SELECT date_trunc('minute', finished_at), task, queue, state, pg_backend_pid() % 64, count(*),
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
SELECT id, version FROM gone
