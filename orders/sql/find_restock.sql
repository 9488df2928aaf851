SELECT true FROM audit WHERE subject = $1 AND action = 'stock.add' AND data ->> 'key' = $2 LIMIT 1
