-- $1 states, $2 past this id, $3 as far as this one, $4 and $5 since and until (instants, both included), $6 how many.
-- Read state by state, each through its part of order_by_state. Comparing rows, and not state by itself, leaves the
-- planner no other index whose order would do: one where the rows of a state lie far behind others.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.id
    FROM orders AS o
    WHERE (o.state, o.id) < (among.state, $2::uuid) AND (o.state, o.id) >= (among.state, $3::uuid)
      AND o.created_at BETWEEN $4 AND $5
    ORDER BY o.state DESC, o.id DESC
    LIMIT $6
) AS page
ORDER BY page.id DESC
LIMIT $6
