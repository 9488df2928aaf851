-- $1 boot UUID, $2 lease in seconds, $3 load as JSON text. A lease that ran out is never revived: its jobs may
-- be somebody else's.
UPDATE worker
SET beat_at = clock(), lease_until = clock() + make_interval(secs => $2::double precision), load = $3::text::jsonb
WHERE id = $1::uuid AND stopped_at IS NULL AND lease_until > clock()
