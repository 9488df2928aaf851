-- $1 how many attempts at most. The newest that went wrong in the last hour, by task and class of error, with the
-- newest of each; among: how many were looked at.
SELECT task, kind, count(*) AS count, max(ended_at) AS last_at,
       (extract(epoch FROM clock() - max(ended_at)) * 1000)::float8 AS ago,
       (array_agg(job ORDER BY ended_at DESC))[1] AS job, (array_agg(error ORDER BY ended_at DESC))[1] AS error,
       sum(count(*)) OVER ()::bigint AS among
FROM (
    SELECT job, task, coalesce(nullif(error_class, ''), outcome) AS kind, left(coalesce(nullif(error, ''), outcome), 200) AS error, ended_at
    FROM attempt
    WHERE ended_at > clock() - interval '1 hour' AND outcome IN ('failed', 'timeout', 'lost')
    ORDER BY ended_at DESC
    LIMIT $1
) AS newest
GROUP BY task, kind
ORDER BY count(*) DESC, max(ended_at) DESC
LIMIT 20
