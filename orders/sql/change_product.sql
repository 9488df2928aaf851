UPDATE product SET name = $2, price = $3, active = $4 WHERE sku = $1
