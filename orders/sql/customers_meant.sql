-- $1 what was typed, $2 how many a text. The active customer with this code, the codes that differ in small and
-- capital letters alone, those called that: the lowest rank there is for a text is what it means.
SELECT said.text AS said, meant.code, meant.name, meant.rank
FROM unnest($1::text[]) AS said (text)
CROSS JOIN LATERAL (
    (SELECT code, name, 0 FROM customer WHERE active AND code = said.text)
    UNION ALL
    (SELECT code, name, 1 FROM customer WHERE active AND upper(code) COLLATE "C" = upper(said.text) LIMIT $2)
    UNION ALL
    (SELECT code, name, 2 FROM customer WHERE active AND lower(name) = lower(said.text) LIMIT $2)
) AS meant (code, name, rank)
ORDER BY said.text, meant.rank, meant.code
