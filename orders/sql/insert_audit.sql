-- Last statement of a transaction but a job's finish: its trigger locks the head of a chain.
INSERT INTO audit (at, actor, action, subject, reason, data)
VALUES (clock(), $1, $2, $3, $4, $5::jsonb)
