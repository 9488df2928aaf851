SELECT a.customer_id AS customer, a.currency, b.account, b.posted - b.held - b.floor AS available
FROM account AS a
JOIN balance AS b ON b.account = a.id
WHERE (a.customer_id, a.currency) IN (SELECT w.customer, w.currency
                                      FROM unnest($1::bigint[], $2::text[]) AS w (customer, currency))
ORDER BY b.account
FOR NO KEY UPDATE OF b
