-- $1 ids
SELECT a.id, a.code, a.name, a.currency, c.code AS customer, b.posted, b.held, b.floor,
       b.posted - b.held - coalesce(b.floor, 0) AS available, b.version
FROM account AS a
JOIN balance AS b ON b.account = a.id
LEFT JOIN customer AS c ON c.id = a.customer_id
WHERE a.id = ANY ($1::bigint[])
