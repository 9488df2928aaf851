-- From one currency to the next through their index, however many accounts each has.
WITH RECURSIVE found AS (
    SELECT min(currency) AS currency FROM account
    UNION ALL
    SELECT (SELECT min(a.currency) FROM account AS a WHERE a.currency > found.currency)
    FROM found
    WHERE found.currency IS NOT NULL
)
SELECT currency FROM found WHERE currency IS NOT NULL
