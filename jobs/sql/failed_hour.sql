-- Jobs that failed for good in the last hour.
SELECT coalesce(sum(count), 0)::bigint AS count
FROM job_minute
WHERE minute > clock() - interval '1 hour' AND state = 'failed'
