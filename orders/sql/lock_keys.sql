-- Whoever has a key keeps it until its transaction ends; who does not get it answers "still running".
SELECT k.key, pg_try_advisory_xact_lock(hashtextextended(k.key, $1::bigint)) AS mine
FROM unnest($2::text[]) AS k (key)
