-- $1 and $2 past this end and id, $3 how many
SELECT h.finished_at, h.id
FROM job_history AS h
WHERE (h.finished_at, h.id) < ($1::timestamptz, $2::uuid)
ORDER BY h.finished_at DESC, h.id DESC
LIMIT $3
