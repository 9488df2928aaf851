UPDATE quote AS q
SET state = a.state, price = a.price, currency = a.currency, detail = a.detail, answered_at = clock()
FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS a (id, state, price, currency, detail)
WHERE q.id = a.id AND q.state = 'asked'
