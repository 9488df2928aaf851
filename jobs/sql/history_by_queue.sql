-- As history_by_state; $4 is the queue.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT h.id
    FROM job_history AS h
    WHERE (h.queue, h.state, h.id) < ($4::text, among.state, $2::uuid)
      AND (h.queue, h.state) >= ($4, among.state)
    ORDER BY h.queue DESC, h.state DESC, h.id DESC
    LIMIT $3
) AS page
ORDER BY page.id DESC
LIMIT $3
