-- $1 job, $2 who, $3 why. The same id moves back to the hot table, with at least one attempt more, at the end
-- of its queue. Its end is taken out of its minute's tally again: counts by state are of what lists show.
WITH gone AS (
    DELETE FROM job_history
    WHERE id = $1 AND state IN ('failed', 'cancelled')
    RETURNING id, task, queue, priority, args, kwargs, subject, created_at, attempt, max_attempts, fence, worker,
              started_at, version, state, finished_at
), back AS (
    INSERT INTO job (id, task, queue, priority, args, kwargs, subject, run_at, created_at, attempt, max_attempts,
                     fence, worker, started_at, version, state)
    SELECT id, task, queue, priority, args, kwargs, subject, clock(), created_at, attempt,
           greatest(max_attempts, attempt + 1), fence, worker, started_at, version + 1, 'ready'
    FROM gone
    RETURNING id, version, queue, state, task, subject
), noted AS (
    INSERT INTO attempt (job, number, fence, started_at, ended_at, outcome, actor, error)
    SELECT id, 0, coalesce(fence, 0), clock(), clock(), 'retried', $2::text, $3::text
    FROM gone
), tallied AS (
    INSERT INTO job_minute AS m (minute, task, queue, state, shard, count)
    SELECT date_trunc('minute', finished_at), task, queue, state, pg_backend_pid() % 64, -1
    FROM gone
    ON CONFLICT (minute, task, queue, state, shard) DO UPDATE
    SET count = m.count + excluded.count
)
SELECT id, version, queue, state, task, subject FROM back
