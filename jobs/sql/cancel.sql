-- $1 job, $2 who, $3 why. A job that nobody runs leaves for history as cancelled, with its minute's tally; one
-- that has been claimed since is not touched (the delete waits for the claim, and looks again). It has no start
-- there: its end did not come from running.
WITH gone AS (
    DELETE FROM job
    WHERE id = $1 AND state IN ('scheduled', 'waiting', 'ready')
    RETURNING id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt, max_attempts, fence,
              worker, progress, version + 1 AS version, clock() AS finished_at
), kept AS (
    INSERT INTO job_history (id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
                             max_attempts, fence, worker, progress, version, state, finished_at, error)
    SELECT id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt,
           max_attempts, fence, worker, progress, version, 'cancelled', finished_at, $3::text
    FROM gone
), noted AS (
    INSERT INTO attempt (job, number, fence, started_at, ended_at, outcome, actor, error)
    SELECT id, 0, coalesce(fence, 0), finished_at, finished_at, 'cancelled', $2::text, $3::text
    FROM gone
), tallied AS (
    INSERT INTO job_minute AS m (minute, task, queue, state, shard, count)
    SELECT date_trunc('minute', finished_at), task, queue, 'cancelled', pg_backend_pid() % 64, 1
    FROM gone
    ON CONFLICT (minute, task, queue, state, shard) DO UPDATE
    SET count = m.count + excluded.count
)
SELECT id, version, queue, 'cancelled' AS state, task, subject FROM gone
