-- Each chain of the audit ends at its head, and is as long as the head says.
WITH tails AS (
    SELECT DISTINCT ON (chain) chain, digest, count(*) OVER (PARTITION BY chain) AS length
    FROM audit
    ORDER BY chain, id DESC
)
SELECT chain, h.length AS head_length, coalesce(t.length, 0) AS rows
FROM audit_chain AS h
FULL JOIN tails AS t USING (chain)
WHERE (h.head, h.length) IS DISTINCT FROM (coalesce(t.digest, ''::bytea), coalesce(t.length, 0))
ORDER BY chain
LIMIT $1
