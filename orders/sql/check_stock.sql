-- Reserved units are the active reservations.
WITH active AS (
    SELECT sku, sum(quantity)::bigint AS quantity FROM reservation WHERE state = 'active' GROUP BY sku
)
SELECT sku, s.on_hand, s.reserved, coalesce(a.quantity, 0) AS reservations
FROM stock AS s
FULL JOIN active AS a USING (sku)
WHERE s.reserved IS DISTINCT FROM coalesce(a.quantity, 0)
ORDER BY sku
LIMIT $1
