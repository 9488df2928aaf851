-- A code of a customer nobody knows leaves the account without one: wallets come after their customers.
INSERT INTO account (code, name, currency, customer_id, created_at)
SELECT a.code, a.name, a.currency, c.id, clock()
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS a (code, name, currency, customer)
LEFT JOIN customer AS c ON c.code = a.customer
ORDER BY a.code
ON CONFLICT (code) DO NOTHING
RETURNING id, code
