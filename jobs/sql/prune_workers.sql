-- Workers gone for a day. A running job without a worker's row is as lost as one with a dead one.
DELETE FROM worker
WHERE lease_until < clock() - interval '1 day'
