-- As history_by_state; $4 is the subject. It has few jobs.
SELECT h.id
FROM job_history AS h
WHERE h.subject = $4::text AND h.state = ANY ($1::text[]) AND h.id < $2::uuid
ORDER BY h.id DESC
LIMIT $3
