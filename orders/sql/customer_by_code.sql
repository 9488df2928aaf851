SELECT id, code, name FROM customer WHERE code = $1
