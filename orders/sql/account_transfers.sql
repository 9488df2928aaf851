-- The newest of each side, then the newest of both: one index each.
SELECT t.id, t.state, d.code AS debit, c.code AS credit, t.amount, t.currency, t.order_id AS order, o.number AS order_number,
       t.actor, t.reason, t.created_at, t.settled_at
FROM ((SELECT id FROM transfer WHERE debit = $1 ORDER BY id DESC LIMIT $2)
      UNION
      (SELECT id FROM transfer WHERE credit = $1 ORDER BY id DESC LIMIT $2)) AS newest
JOIN transfer AS t ON t.id = newest.id
JOIN account AS d ON d.id = t.debit
JOIN account AS c ON c.id = t.credit
LEFT JOIN orders AS o ON o.id = t.order_id
ORDER BY t.id DESC
LIMIT $2
