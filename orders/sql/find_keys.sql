SELECT k.key, k.digest, o.id, o.number
FROM idempotency_key AS k
JOIN orders AS o ON o.id = k.order_id
WHERE k.client = $1 AND k.key = ANY ($2::text[])
