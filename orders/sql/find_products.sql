SELECT sku, currency, price FROM product WHERE active AND sku = ANY ($1::text[])
