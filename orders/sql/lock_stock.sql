SELECT sku, on_hand - reserved AS free
FROM stock
WHERE sku = ANY ($1::text[])
ORDER BY sku
FOR NO KEY UPDATE
