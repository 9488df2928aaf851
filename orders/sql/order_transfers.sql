SELECT t.id, t.state, d.code AS debit, c.code AS credit, t.amount, t.currency, t.order_id AS order, t.actor, t.reason,
       t.created_at, t.settled_at
FROM transfer AS t
JOIN account AS d ON d.id = t.debit
JOIN account AS c ON c.id = t.credit
WHERE t.order_id = $1
ORDER BY t.id
