-- $1 minutes. How long the orders fulfilled in each of the last minutes took since they were received.
SELECT minute, array_agg(took ORDER BY place) AS took
FROM (
    SELECT m.minute, s.place, sum(s.took)::bigint AS took
    FROM order_minute AS m, unnest(m.took_spread) WITH ORDINALITY AS s (took, place)
    WHERE m.minute > date_trunc('minute', clock()) - make_interval(mins => $1) AND m.state = 'fulfilled'
    GROUP BY m.minute, s.place
) AS summed
GROUP BY minute
ORDER BY minute
