-- $1 days to keep
DELETE FROM job_minute
WHERE minute < clock() - make_interval(days => $1::integer)
