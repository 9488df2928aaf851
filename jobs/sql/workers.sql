-- Workers of the last hour, newest first. live: they have a lease.
SELECT id, name, queues, started_at, beat_at, lease_until, stopped_at,
       stopped_at IS NULL AND lease_until > clock() AS live
FROM worker
WHERE lease_until > clock() - interval '1 hour'
ORDER BY started_at DESC
