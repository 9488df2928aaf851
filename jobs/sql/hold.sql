-- $1 ids, $2 fences. Those of the jobs that are still this claim's, locked until the transaction ends.
SELECT job.id
FROM job
JOIN unnest($1::uuid[], $2::bigint[]) AS g(id, fence) ON g.id = job.id
WHERE job.fence = g.fence AND job.state = 'running'
ORDER BY job.id
FOR NO KEY UPDATE OF job
