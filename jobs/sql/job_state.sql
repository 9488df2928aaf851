-- $1 job
SELECT state FROM job WHERE id = $1
UNION ALL
SELECT state FROM job_history WHERE id = $1
