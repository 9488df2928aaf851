INSERT INTO transfer (id, debit, credit, amount, currency, state, key, actor, reason, created_at, settled_at)
VALUES ($1, $2, $3, $4, $5, 'posted', $6, $7, $8, clock(), clock())
ON CONFLICT (actor, key) DO NOTHING
RETURNING id, state
