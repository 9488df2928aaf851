-- As history_by_state; $4 is the subject. It has few jobs; $5 and $6 are a task and a queue, NULL for any.
SELECT h.id
FROM job_history AS h
WHERE h.subject = $4::text AND h.state = ANY ($1::text[]) AND h.id < $2::uuid
  AND ($5::text IS NULL OR h.task = $5) AND ($6::text IS NULL OR h.queue = $6)
ORDER BY h.id DESC
LIMIT $3
