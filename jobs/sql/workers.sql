-- Workers of the last hour, newest first. live: they have a lease. silent: milliseconds since their last beat.
SELECT id, name, queues, load, started_at, beat_at, lease_until, stopped_at,
       stopped_at IS NULL AND lease_until > clock() AS live,
       greatest(0, extract(epoch FROM clock() - beat_at) * 1000)::bigint AS silent
FROM worker
WHERE lease_until > clock() - interval '1 hour'
ORDER BY started_at DESC
LIMIT 200
