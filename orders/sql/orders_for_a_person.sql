-- As orders_by_received, through order_by_attention: $7 and $8 a customer and a door, NULL for any. Those are looked
-- for among all that wait for a person.
SELECT page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.id
    FROM orders AS o
    WHERE o.attention <> ''
      AND (o.state, o.id) < (among.state, $2::uuid) AND (o.state, o.id) >= (among.state, $3::uuid)
      AND o.created_at BETWEEN $4 AND $5
      AND ($7::bigint IS NULL OR o.customer = $7) AND ($8::text IS NULL OR o.door = $8)
    ORDER BY o.state DESC, o.id DESC
    LIMIT $6
) AS page
ORDER BY page.id DESC
LIMIT $6
