-- $1 … $9: one array a column. run_at NULL is "now". A time ahead keeps the job out of the claim's index.
INSERT INTO job (id, task, queue, priority, args, kwargs, subject, run_at, created_at, max_attempts, state)
SELECT g.id, g.task, g.queue, g.priority, g.args::jsonb, g.kwargs::jsonb, g.subject,
       coalesce(g.run_at, clock()), clock(), g.max_attempts,
       CASE WHEN g.run_at > clock() THEN 'scheduled' ELSE 'ready' END
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[],
            $8::timestamptz[], $9::integer[])
     AS g(id, task, queue, priority, args, kwargs, subject, run_at, max_attempts)
RETURNING id, queue, state
