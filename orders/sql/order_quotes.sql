-- The newest round first. repeated: its carrier failed later, too, and said the same.
SELECT id, round, carrier, state, price, nullif(currency, '') AS currency, detail, asked_at, answered_at,
       state = 'failed'
       AND row_number() OVER (PARTITION BY carrier, state, detail ORDER BY round DESC) > 1 AS repeated
FROM quote
WHERE order_id = $1
ORDER BY round DESC, carrier
