-- $1 what was typed, $2 how many a text, $3 currency. As in customers_meant; a wallet is called by its customer, too.
SELECT said.text AS said, meant.code, meant.name, meant.rank
FROM unnest($1::text[]) AS said (text)
CROSS JOIN LATERAL (
    (SELECT code, name, 0 FROM account WHERE code = said.text)
    UNION ALL
    (
        SELECT code, name, 1
        FROM account
        WHERE currency = $3 AND upper(code) COLLATE "C" = upper(said.text)
        LIMIT $2
    )
    UNION ALL
    (
        SELECT code, name, 2
        FROM account
        WHERE currency = $3
          AND lower(name) = ANY (ARRAY[lower(said.text), lower(said.text || ', ' || $3)])
        LIMIT $2
    )
) AS meant (code, name, rank)
ORDER BY said.text, meant.rank, meant.code
