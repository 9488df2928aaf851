-- $1 state, $2 task, $3 queue, $4 subject, each NULL for any; $5 past this id, $6 how many
SELECT j.id
FROM job AS j
WHERE ($1::text IS NULL OR j.state = $1) AND ($2::text IS NULL OR j.task = $2)
  AND ($3::text IS NULL OR j.queue = $3) AND ($4::text IS NULL OR j.subject = $4)
  AND j.id < $5::uuid
ORDER BY j.id DESC
LIMIT $6
