INSERT INTO quote (id, order_id, round, carrier, asked_at)
SELECT q.id, $1, $2, q.carrier, clock()
FROM unnest($3::uuid[], $4::text[]) AS q (id, carrier)
