-- One statement a transaction, after the last balance: its trigger locks the counts of this backend's shard.
UPDATE orders AS o
SET state = m.onward, reason = m.reason, attention = '', version = o.version + 1, updated_at = clock()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS m (id, expected, onward, reason)
WHERE o.id = m.id AND o.state = m.expected
RETURNING o.id, o.version
