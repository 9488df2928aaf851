INSERT INTO customer (code, name, email, created_at)
SELECT c.code, c.name, c.email, clock()
FROM unnest($1::text[], $2::text[], $3::text[]) AS c (code, name, email)
ORDER BY c.code
ON CONFLICT (code) DO NOTHING
RETURNING code
