-- $1 states, $2 … $4 past this currency, total and id, $5 how many. Amounts compare within a currency only.
SELECT page.currency, page.total, page.id
FROM unnest($1::text[]) AS among (state)
CROSS JOIN LATERAL (
    SELECT o.currency, o.total, o.id
    FROM orders AS o
    WHERE (o.state, o.currency, o.total, o.id) < (among.state, $2::text, $3::bigint, $4::uuid)
      AND o.state >= among.state
    ORDER BY o.state DESC, o.currency DESC, o.total DESC, o.id DESC
    LIMIT $5
) AS page
ORDER BY page.currency DESC, page.total DESC, page.id DESC
LIMIT $5
