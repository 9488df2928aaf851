UPDATE balance AS b
SET posted = b.posted + d.posted, held = b.held + d.held, version = b.version + 1
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS d (account, posted, held)
WHERE b.account = d.account
RETURNING b.account, b.version
