-- $1 how many. The newest orders that need a person; among: how many there are, counted up to a thousand.
SELECT id, number, state, attention, updated_at, version, count(*) OVER () AS among
FROM (
    SELECT id, number, state, attention, updated_at, version
    FROM orders
    WHERE attention <> ''
    ORDER BY id DESC
    LIMIT 1000
) AS newest
ORDER BY id DESC
LIMIT $1
