-- The counts the pages show are the orders there are.
WITH counted AS (SELECT state, sum(count)::bigint AS count FROM order_count GROUP BY state),
     there AS (SELECT state, count(*) AS count FROM orders GROUP BY state)
SELECT state, coalesce(c.count, 0) AS counted, coalesce(t.count, 0) AS orders
FROM counted AS c
FULL JOIN there AS t USING (state)
WHERE coalesce(c.count, 0) <> coalesce(t.count, 0)
ORDER BY state
LIMIT $1
