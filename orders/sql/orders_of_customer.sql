-- As orders_by_received, through order_by_customer: $7 is the customer; $8 a door, NULL for any, is looked for among
-- the customer's orders.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.id
    FROM orders AS o
    WHERE (o.customer, o.state, o.id) < ($7::bigint, among.state, $2::uuid)
      AND (o.customer, o.state, o.id) >= ($7, among.state, $3::uuid)
      AND o.created_at BETWEEN $4 AND $5 AND ($8::text IS NULL OR o.door = $8)
    ORDER BY o.customer DESC, o.state DESC, o.id DESC
    LIMIT $6
) AS page
ORDER BY page.id DESC
LIMIT $6
