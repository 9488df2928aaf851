-- $1 id
SELECT id, task, queue, state, attempt, max_attempts, priority, subject, run_at, created_at, started_at,
       finished_at, worker, (SELECT w.name FROM worker AS w WHERE w.id = known.worker) AS process, error,
       progress, version, args::text AS args, kwargs::text AS kwargs, result::text AS result
FROM (
    SELECT j.id, j.task, j.queue, j.state, j.attempt, j.max_attempts, j.priority, j.subject, j.run_at,
           j.created_at, j.started_at, NULL::timestamptz AS finished_at, j.worker,
           coalesce((SELECT a.error FROM attempt AS a WHERE a.job = j.id AND a.number > 0 AND a.error <> ''
                     ORDER BY a.number DESC, a.id DESC LIMIT 1), '') AS error,
           j.progress, j.version, j.args, j.kwargs, NULL::jsonb AS result
    FROM job AS j
    WHERE j.id = $1
    UNION ALL
    SELECT h.id, h.task, h.queue, h.state, h.attempt, h.max_attempts, h.priority, h.subject, h.run_at,
           h.created_at, h.started_at, h.finished_at, h.worker, h.error, h.progress, h.version, h.args, h.kwargs, h.result
    FROM job_history AS h
    WHERE h.id = $1
) AS known
