SELECT name, price, active FROM product WHERE sku = $1 FOR NO KEY UPDATE
