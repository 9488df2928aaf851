-- $1 minutes. How long the jobs that ended in each of the last minutes waited and ran (see rules/spread.py).
SELECT minute, array_agg(wait ORDER BY place) AS wait, array_agg(run ORDER BY place) AS run
FROM (
    SELECT m.minute, s.place, sum(s.wait)::bigint AS wait, sum(s.run)::bigint AS run
    FROM job_minute AS m, unnest(m.wait_spread, m.run_spread) WITH ORDINALITY AS s (wait, run, place)
    WHERE m.minute > date_trunc('minute', clock()) - make_interval(mins => $1)
    GROUP BY m.minute, s.place
) AS summed
GROUP BY minute
ORDER BY minute
