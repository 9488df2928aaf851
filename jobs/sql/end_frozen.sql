-- $1 seconds. Ends our connections that wait for so long for their process to take what it was sent: it stands
-- still, and what a listener cannot get rid of holds back the vacuum of the whole database. Such a process
-- listens again once it goes on.
SELECT pid, pg_terminate_backend(pid) AS ended
FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND application_name LIKE 'headrace%'
  AND state = 'idle' AND wait_event = 'ClientWrite'
  AND state_change < clock() - make_interval(secs => $1::double precision)
