INSERT INTO idempotency_key (client, key, digest, order_id, created_at)
SELECT $1, k.key, k.digest, k.order_id, clock()
FROM unnest($2::text[], $3::bytea[], $4::uuid[]) AS k (key, digest, order_id)
