-- Each audit row's digest is computed from the row and the digest before it in its chain.
WITH linked AS (
    SELECT id, chain, actor, action, subject, previous, digest,
           lag(digest, 1, ''::bytea) OVER (PARTITION BY chain ORDER BY id) AS before,
           audit_digest(previous, id, at, actor, action, subject, reason, data) AS computed
    FROM audit
)
SELECT id, chain, actor, action, subject,
       CASE WHEN digest <> computed THEN 'the row was changed' ELSE 'the row before it is not the one it names' END
           AS why
FROM linked
WHERE digest <> computed OR previous <> before
ORDER BY id
LIMIT $1
