-- $1 every state, $2 how many of a state are counted at most. Orders that need a person, in the order of
-- order_by_attention.
SELECT among.state, counted.count
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM (
        SELECT o.id
        FROM orders AS o
        WHERE o.attention <> '' AND o.state = among.state
        ORDER BY o.state DESC, o.id DESC
        LIMIT $2
    ) AS few
) AS counted
