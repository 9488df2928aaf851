-- Numbers rise with the list; rows go in by reference, so that two lists cannot wait for each other.
WITH numbered AS MATERIALIZED (
    SELECT n.id, n.external_ref, n.customer, n.currency, n.total, nextval('order_number') AS number
    FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
         AS n (id, external_ref, customer, currency, total)
)
INSERT INTO orders (id, number, client, external_ref, customer, currency, total, door, created_at, updated_at)
SELECT id, number, $6, external_ref, customer, currency, total, $7, clock(), clock()
FROM numbered
ORDER BY external_ref, id
ON CONFLICT (client, external_ref) DO NOTHING
RETURNING id, number, state, version
