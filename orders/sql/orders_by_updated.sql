-- $1 states, $2 and $3 past this change and id, $4 how many
SELECT page.updated_at, page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.updated_at, o.id
    FROM orders AS o
    WHERE (o.state, o.updated_at, o.id) < (among.state, $2::timestamptz, $3::uuid) AND o.state >= among.state
    ORDER BY o.state DESC, o.updated_at DESC, o.id DESC
    LIMIT $4
) AS page
ORDER BY page.updated_at DESC, page.id DESC
LIMIT $4
