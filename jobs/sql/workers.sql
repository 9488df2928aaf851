-- Workers of the last hour, newest first. live: they have a lease. silent: milliseconds since their last beat.
-- held: it is dead, and jobs in its hands are still to be rescued.
SELECT id, name, queues, load, started_at, beat_at, lease_until, stopped_at,
       stopped_at IS NULL AND lease_until > clock() AS live,
       stopped_at IS NULL AND lease_until <= clock()
           AND EXISTS (SELECT FROM job WHERE job.worker = worker.id AND job.state = 'running') AS held,
       greatest(0, extract(epoch FROM clock() - beat_at) * 1000)::bigint AS silent
FROM worker
WHERE lease_until > clock() - interval '1 hour'
ORDER BY started_at DESC
LIMIT 200
