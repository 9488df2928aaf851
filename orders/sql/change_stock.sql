UPDATE stock AS s
SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, version = s.version + 1
FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS d (sku, on_hand, reserved)
WHERE s.sku = d.sku
RETURNING s.sku, s.version
