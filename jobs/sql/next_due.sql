-- Seconds until the next scheduled job is due; no row's worth (NULL) without one.
SELECT extract(epoch FROM min(run_at) - clock())::double precision AS seconds
FROM job
WHERE state = 'scheduled'
