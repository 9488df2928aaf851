-- Debits equal credits: what all accounts of a currency hold adds up to nothing.
SELECT a.currency, sum(b.posted)::bigint AS too_much
FROM balance AS b
JOIN account AS a ON a.id = b.account
GROUP BY a.currency
HAVING sum(b.posted) <> 0
ORDER BY a.currency
LIMIT $1
