-- $1 how many, $2 every state, $3 how many of a state are counted at most. The newest orders that need a person,
-- through order_by_attention; among: how many there are.
SELECT id, number, state, attention, updated_at, version, count(*) OVER () AS among
FROM unnest($2::text[]) AS each (of)
CROSS JOIN LATERAL (
    SELECT o.id, o.number, o.state, o.attention, o.updated_at, o.version
    FROM orders AS o
    WHERE o.attention <> '' AND o.state = each.of
    ORDER BY o.state DESC, o.id DESC
    LIMIT $3
) AS newest
ORDER BY id DESC
LIMIT $1
