SELECT id, code, currency FROM account WHERE code = ANY ($1::text[])
