SELECT id, round, carrier, state, price, nullif(currency, '') AS currency, detail, asked_at, answered_at
FROM quote
WHERE order_id = $1
ORDER BY round, carrier
