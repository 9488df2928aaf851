SELECT id, code FROM customer WHERE active AND code = ANY ($1::text[])
