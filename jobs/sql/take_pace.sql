-- The next slot of a key, taken: jobs/rules/pace.py on the database's clock, in one statement, so that
-- every process meets the same row. No row comes back where the slot lies more than $4 seconds ahead
-- (and none is taken then). The key's own rate and burst win over the defaults given for a new key.
INSERT INTO pace AS p (key, rate, burst, next_at)
VALUES ($1::text, $2::float8, $3::int, clock() + make_interval(secs => ceil(1000000 / $2::float8) / 1000000))
ON CONFLICT (key) DO UPDATE
SET next_at = greatest(p.next_at, clock()) + make_interval(secs => ceil(1000000 / p.rate) / 1000000)
WHERE p.next_at IS NULL
   OR p.next_at - make_interval(secs => (p.burst - 1 - p.burst / 2) * ceil(1000000 / p.rate) / 1000000)
      <= clock() + make_interval(secs => $4::float8)
RETURNING
    p.rate,
    p.burst,
    greatest(
        clock(),
        p.next_at - make_interval(secs => (p.burst - p.burst / 2) * ceil(1000000 / p.rate) / 1000000)
    ) AS slot,
    clock() AS now
