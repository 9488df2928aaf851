-- Nobody calls this key for $2 seconds, and no burst follows: the server asked for the break.
UPDATE pace
SET next_at = greatest(
    next_at,
    clock() + make_interval(
        secs => $2::float8 + (burst - 1 - burst / 2) * ceil(1000000 / rate) / 1000000
    )
)
WHERE key = $1::text
