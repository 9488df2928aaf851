SELECT state, sum(count)::bigint AS count FROM order_count GROUP BY state
