SELECT id, debit, credit, amount, currency, state FROM transfer WHERE actor = $1 AND key = $2
