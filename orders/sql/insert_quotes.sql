INSERT INTO quote (id, order_id, round, carrier, asked_at)
SELECT q.id, $1, (SELECT coalesce(max(earlier.round), 0) + 1 FROM quote AS earlier WHERE earlier.order_id = $1),
       q.carrier, clock()
FROM unnest($2::uuid[], $3::text[]) AS q (id, carrier)
