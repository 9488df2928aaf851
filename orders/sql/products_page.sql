SELECT p.sku, p.name, p.currency, p.price, s.on_hand, s.reserved, s.on_hand - s.reserved AS free
FROM product AS p
JOIN stock AS s ON s.sku = p.sku
WHERE p.active AND ($1::text IS NULL OR p.sku > $1)
ORDER BY p.sku
LIMIT $2
