INSERT INTO transfer (id, debit, credit, amount, currency, state, order_id, actor, reason, created_at)
SELECT t.id, t.debit, t.credit, t.amount, t.currency, 'pending', t.order_id, $7, '', clock()
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::uuid[])
     AS t (id, debit, credit, amount, currency, order_id)
