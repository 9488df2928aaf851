-- From one currency to the next through their index, however many products each has.
WITH RECURSIVE found AS (
    SELECT min(currency) AS currency FROM product WHERE active
    UNION ALL
    SELECT (SELECT min(p.currency) FROM product AS p WHERE p.active AND p.currency > found.currency)
    FROM found
    WHERE found.currency IS NOT NULL
)
SELECT currency FROM found WHERE currency IS NOT NULL
