-- Both accounts of a transfer are there, have a balance and its currency; its order is there.
SELECT t.id, t.debit, t.credit, t.currency, d.currency AS debit_currency, c.currency AS credit_currency, t.order_id
FROM transfer AS t
LEFT JOIN (account AS d JOIN balance AS db ON db.account = d.id) ON d.id = t.debit
LEFT JOIN (account AS c JOIN balance AS cb ON cb.account = c.id) ON c.id = t.credit
LEFT JOIN orders AS o ON o.id = t.order_id
WHERE (d.currency, c.currency) IS DISTINCT FROM (t.currency, t.currency)
   OR (t.order_id IS NOT NULL AND o.id IS NULL)
ORDER BY t.id
LIMIT $1
