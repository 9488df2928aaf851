SELECT a.id, a.code, a.name, a.currency, c.code AS customer, b.posted, b.held, b.floor,
       b.posted - b.held - coalesce(b.floor, 0) AS available, b.version
FROM account AS a
JOIN balance AS b ON b.account = a.id
LEFT JOIN customer AS c ON c.id = a.customer_id
WHERE $1::text IS NULL OR a.code > $1
ORDER BY a.code
LIMIT $2
