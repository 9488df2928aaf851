-- Jobs that failed for good in the last hour, by task.
SELECT task, sum(count)::bigint AS count
FROM job_minute
WHERE minute > clock() - interval '1 hour' AND state = 'failed'
GROUP BY task
