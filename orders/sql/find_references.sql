SELECT external_ref, number FROM orders WHERE client = $1 AND external_ref = ANY ($2::text[])
