-- One array a column. A running job goes back to the hot table's queue: at once and in its old place, or after
-- a wait in seconds. extra raises max_attempts where the attempt shall not count.
WITH given AS MATERIALIZED (
    SELECT g.id, g.fence, g.wait, g.extra, g.outcome, g.error_class, g.error, g.traceback, g.progress
    FROM unnest($1::uuid[], $2::bigint[], $3::double precision[], $4::integer[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::text[])
         AS g(id, fence, wait, extra, outcome, error_class, error, traceback, progress)
), mine AS MATERIALIZED (
    SELECT job.id
    FROM job
    JOIN given ON given.id = job.id
    WHERE job.fence = given.fence AND job.state = 'running'
    ORDER BY job.id
    FOR NO KEY UPDATE OF job
), moved AS (
    UPDATE job
    SET state = CASE WHEN given.wait > 0 THEN 'scheduled' ELSE 'ready' END,
        run_at = CASE WHEN given.wait > 0 THEN clock() + make_interval(secs => given.wait) ELSE job.run_at END,
        max_attempts = job.max_attempts + given.extra,
        progress = coalesce(given.progress::jsonb, job.progress),
        version = job.version + 1
    FROM mine, given
    WHERE job.id = mine.id AND given.id = mine.id AND job.fence = given.fence
    RETURNING job.id, job.task, job.queue, job.state, job.attempt, job.fence, job.worker, job.started_at, job.version,
              given.outcome, given.error_class, given.error, given.traceback
), noted AS (
    INSERT INTO attempt (job, task, number, fence, worker, started_at, ended_at, outcome, error_class, error,
                         traceback)
    SELECT id, task, attempt, fence, worker, started_at, clock(), outcome, error_class, error, traceback
    FROM moved
    WHERE outcome <> ''
)
SELECT id, version, queue, state FROM moved
