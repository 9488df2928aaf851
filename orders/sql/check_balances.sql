-- Balances are the fold of their transfers.
WITH moved AS (
    SELECT account, sum(posted)::bigint AS posted, sum(held)::bigint AS held
    FROM (SELECT credit AS account, amount AS posted, 0 AS held FROM transfer WHERE state = 'posted'
          UNION ALL
          SELECT debit, -amount, 0 FROM transfer WHERE state = 'posted'
          UNION ALL
          SELECT debit, 0, amount FROM transfer WHERE state = 'pending') AS entries
    GROUP BY account
)
SELECT account, a.code, b.posted, b.held,
       coalesce(m.posted, 0) AS transfers_posted, coalesce(m.held, 0) AS transfers_held
FROM balance AS b
FULL JOIN moved AS m USING (account)
LEFT JOIN account AS a ON a.id = account
WHERE (b.posted, b.held) IS DISTINCT FROM (coalesce(m.posted, 0), coalesce(m.held, 0))
ORDER BY account
LIMIT $1
