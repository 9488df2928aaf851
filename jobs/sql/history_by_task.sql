-- As history_by_state; $4 is the task; $5 a queue, NULL for any, is looked for among its jobs.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT h.id
    FROM job_history AS h
    WHERE (h.task, h.state, h.id) < ($4::text, among.state, $2::uuid)
      AND (h.task, h.state) >= ($4, among.state) AND ($5::text IS NULL OR h.queue = $5)
    ORDER BY h.task DESC, h.state DESC, h.id DESC
    LIMIT $3
) AS page
ORDER BY page.id DESC
LIMIT $3
