SELECT id, code, name, email FROM customer WHERE active ORDER BY code
