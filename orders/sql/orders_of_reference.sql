-- As orders_by_received: $7 is the reference. It has one order a client.
SELECT o.id
FROM orders AS o
WHERE o.external_ref = $7::text AND o.state = ANY ($1::text[]) AND o.id < $2::uuid AND o.id >= $3::uuid
  AND o.created_at BETWEEN $4 AND $5
ORDER BY o.id DESC
LIMIT $6
