-- $1 states, $2 past this id, $3 how many. Read state by state, each through its part of an index: comparing rows, and
-- not state by itself, leaves the planner no other whose order would do, where a rare state lies far behind the others.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT h.id
    FROM job_history AS h
    WHERE (h.state, h.id) < (among.state, $2::uuid) AND h.state >= among.state
    ORDER BY h.state DESC, h.id DESC
    LIMIT $3
) AS page
ORDER BY page.id DESC
LIMIT $3
