-- $1 account, $2 what leaves it, $3 what reaches it, $4 past this id (NULL from the first), $5 how many.
-- The newest of each side, then the newest of both: one index each.
SELECT t.id, t.state, d.code AS debit, c.code AS credit, t.amount, t.currency, t.order_id AS order, o.number AS order_number,
       t.actor, t.reason, t.created_at, t.settled_at
FROM ((SELECT id FROM transfer WHERE $2::boolean AND debit = $1 AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5)
      UNION
      (SELECT id FROM transfer WHERE $3::boolean AND credit = $1 AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5)) AS page
JOIN transfer AS t ON t.id = page.id
JOIN account AS d ON d.id = t.debit
JOIN account AS c ON c.id = t.credit
LEFT JOIN orders AS o ON o.id = t.order_id
ORDER BY t.id DESC
LIMIT $5
