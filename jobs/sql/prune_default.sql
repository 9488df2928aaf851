-- $1 days to keep. What ended on a day that had no partition.
DELETE FROM job_history_default
WHERE finished_at < clock() - make_interval(days => $1::integer)
