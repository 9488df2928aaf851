UPDATE customer SET name = $2, email = $3, active = $4 WHERE code = $1
