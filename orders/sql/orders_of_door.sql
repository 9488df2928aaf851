-- As orders_by_received, through order_by_door: $7 is the door.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.id
    FROM orders AS o
    WHERE (o.door, o.state, o.id) < ($7::text, among.state, $2::uuid)
      AND (o.door, o.state, o.id) >= ($7, among.state, $3::uuid)
      AND o.created_at BETWEEN $4 AND $5
    ORDER BY o.door DESC, o.state DESC, o.id DESC
    LIMIT $6
) AS page
ORDER BY page.id DESC
LIMIT $6
