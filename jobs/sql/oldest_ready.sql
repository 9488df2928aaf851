-- The ready job of each queue that waits longest, and for how many milliseconds. The claim's index has a lane for
-- each queue and priority, oldest first: one probe a lane, whatever waits behind its first job.
WITH RECURSIVE first AS (
    (SELECT id, task, queue, priority, run_at
     FROM job
     WHERE state = 'ready'
     ORDER BY queue, priority DESC, run_at, id
     LIMIT 1)
    UNION ALL
    SELECT further.id, further.task, further.queue, further.priority, further.run_at
    FROM first,
         LATERAL (
             (SELECT id, task, queue, priority, run_at
              FROM job
              WHERE state = 'ready' AND queue = first.queue AND priority < first.priority
              ORDER BY priority DESC, run_at, id
              LIMIT 1)
             UNION ALL
             (SELECT id, task, queue, priority, run_at
              FROM job
              WHERE state = 'ready' AND queue > first.queue
              ORDER BY queue, priority DESC, run_at, id
              LIMIT 1)
             ORDER BY queue
             LIMIT 1
         ) AS further
)
SELECT DISTINCT ON (queue) id, task, queue, run_at,
       greatest(0, extract(epoch FROM clock() - run_at) * 1000)::bigint AS waits
FROM first
ORDER BY queue, run_at
