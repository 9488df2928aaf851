-- $1 currency, $2 customer (code), each NULL for any; $3 past this code, $4 how many
SELECT a.id, a.code, a.name, a.currency, c.code AS customer, b.posted, b.held, b.floor,
       b.posted - b.held - coalesce(b.floor, 0) AS available, b.version
FROM account AS a
JOIN balance AS b ON b.account = a.id
LEFT JOIN customer AS c ON c.id = a.customer_id
WHERE ($1::text IS NULL OR a.currency = $1)
  AND ($2::text IS NULL OR a.customer_id = (SELECT named.id FROM customer AS named WHERE named.code = $2))
  AND ($3::text IS NULL OR a.code > $3)
ORDER BY a.code ASC
LIMIT $4
