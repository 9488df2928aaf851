-- $1 job
SELECT state, task FROM job WHERE id = $1
UNION ALL
SELECT state, task FROM job_history WHERE id = $1
