-- $1 state, $2 task, $3 queue, $4 before (id), each NULL for any; $5 how many. Newest first, hot and finished.
SELECT DISTINCT ON (id) id, task, queue, state, attempt, max_attempts, priority, subject, run_at, created_at,
       started_at, finished_at, worker, error, progress, version
FROM (
    (SELECT j.id, j.task, j.queue, j.state, j.attempt, j.max_attempts, j.priority, j.subject, j.run_at,
            j.created_at, j.started_at, NULL::timestamptz AS finished_at, j.worker,
            coalesce((SELECT a.error FROM attempt AS a WHERE a.job = j.id AND a.number > 0 AND a.error <> ''
                      ORDER BY a.number DESC, a.id DESC LIMIT 1), '') AS error,
            j.progress, j.version
     FROM job AS j
     WHERE ($1::text IS NULL OR j.state = $1) AND ($2::text IS NULL OR j.task = $2)
       AND ($3::text IS NULL OR j.queue = $3) AND ($4::uuid IS NULL OR j.id < $4)
     ORDER BY j.id DESC
     LIMIT $5)
    UNION ALL
    (SELECT h.id, h.task, h.queue, h.state, h.attempt, h.max_attempts, h.priority, h.subject, h.run_at,
            h.created_at, h.started_at, h.finished_at, h.worker, h.error, h.progress, h.version
     FROM job_history AS h
     WHERE ($1::text IS NULL OR h.state = $1) AND ($2::text IS NULL OR h.task = $2)
       AND ($3::text IS NULL OR h.queue = $3) AND ($4::uuid IS NULL OR h.id < $4)
     ORDER BY h.id DESC
     LIMIT $5)
) AS known
ORDER BY id DESC, version DESC
LIMIT $5
