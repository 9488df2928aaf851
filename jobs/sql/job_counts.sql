-- Hot states now; final states over the last 24 hours, out of the tallies (never count history).
SELECT task, queue, state, count(*) AS count
FROM job
GROUP BY task, queue, state
UNION ALL
SELECT task, queue, state, sum(count)::bigint
FROM job_minute
WHERE minute > clock() - interval '24 hours'
GROUP BY task, queue, state
