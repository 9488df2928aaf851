SELECT account, posted, held, floor
FROM balance
WHERE account = ANY ($1::bigint[])
ORDER BY account
FOR NO KEY UPDATE
