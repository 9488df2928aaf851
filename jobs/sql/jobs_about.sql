-- $1 subject: order:<id>. Oldest first.
SELECT DISTINCT ON (id) id, task, queue, state, attempt, max_attempts, priority, subject, run_at, created_at,
       started_at, finished_at, worker, error, progress, version
FROM (
    SELECT j.id, j.task, j.queue, j.state, j.attempt, j.max_attempts, j.priority, j.subject, j.run_at,
           j.created_at, j.started_at, NULL::timestamptz AS finished_at, j.worker,
           coalesce((SELECT a.error FROM attempt AS a WHERE a.job = j.id AND a.number > 0 AND a.error <> ''
                     ORDER BY a.number DESC, a.id DESC LIMIT 1), '') AS error,
           j.progress, j.version
    FROM job AS j
    WHERE j.subject = $1 AND j.subject <> ''
    UNION ALL
    SELECT h.id, h.task, h.queue, h.state, h.attempt, h.max_attempts, h.priority, h.subject, h.run_at,
           h.created_at, h.started_at, h.finished_at, h.worker, h.error, h.progress, h.version
    FROM job_history AS h
    WHERE h.subject = $1 AND h.subject <> ''
) AS known
ORDER BY id, version DESC
