-- $1 a customer, $2 every state, $3 and $4 the least id and the greatest, $5 how many of a state are counted at most.
-- In the order of order_by_customer, so that nothing else will do.
SELECT among.state, counted.count
FROM unnest($2::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM (
        SELECT o.id
        FROM orders AS o
        WHERE (o.customer, o.state, o.id) >= ($1::bigint, among.state, $3::uuid)
          AND (o.customer, o.state, o.id) <= ($1, among.state, $4::uuid)
        ORDER BY o.customer, o.state, o.id
        LIMIT $5
    ) AS few
) AS counted
