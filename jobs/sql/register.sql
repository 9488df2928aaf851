-- $1 boot UUID, $2 name, $3 slots by queue as JSON text, $4 lease in seconds, $5 load as JSON text
INSERT INTO worker (id, name, queues, started_at, beat_at, lease_until, load)
VALUES ($1::uuid, $2::text, $3::text::jsonb, clock(), clock(), clock() + make_interval(secs => $4::double precision),
        $5::text::jsonb)
