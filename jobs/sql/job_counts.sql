-- Hot states now; final states over the last 24 hours, out of the tallies (never count history).
SELECT state, count(*) AS count
FROM job
GROUP BY state
UNION ALL
SELECT state, sum(count)::bigint
FROM job_minute
WHERE minute > clock() - interval '24 hours'
GROUP BY state
