INSERT INTO balance (account, floor)
SELECT b.account, $2::bigint
FROM unnest($1::bigint[]) AS b (account)
ORDER BY b.account
