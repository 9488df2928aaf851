SELECT minute, state, sum(count)::bigint AS count
FROM order_minute
WHERE minute > date_trunc('minute', clock()) - make_interval(mins => $1)
GROUP BY minute, state
ORDER BY minute, state
