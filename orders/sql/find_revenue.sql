SELECT currency, id AS account FROM account WHERE code = ANY ($1::text[])
