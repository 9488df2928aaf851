SELECT name, email, active FROM customer WHERE code = $1 FOR NO KEY UPDATE
