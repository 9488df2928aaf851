-- What hangs on an order, a product or a customer finds it.
SELECT 'order_line' AS of, l.id::text AS id, 'order ' || l.order_id AS missing
FROM order_line AS l WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = l.order_id)
UNION ALL
SELECT 'order_line', l.id::text, 'product ' || l.sku
FROM order_line AS l WHERE NOT EXISTS (SELECT FROM product AS p WHERE p.sku = l.sku)
UNION ALL
SELECT 'order_event', e.id::text, 'order ' || e.order_id
FROM order_event AS e WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = e.order_id)
UNION ALL
SELECT 'reservation', r.id::text, 'order ' || r.order_id
FROM reservation AS r WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = r.order_id)
UNION ALL
SELECT 'quote', q.id::text, 'order ' || q.order_id
FROM quote AS q WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = q.order_id)
UNION ALL
SELECT 'idempotency_key', k.id::text, 'order ' || k.order_id
FROM idempotency_key AS k WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.id = k.order_id)
UNION ALL
SELECT 'orders', o.id::text, 'customer ' || o.customer
FROM orders AS o WHERE NOT EXISTS (SELECT FROM customer AS c WHERE c.id = o.customer)
UNION ALL
SELECT 'product', p.sku, 'stock ' || p.sku
FROM product AS p WHERE NOT EXISTS (SELECT FROM stock AS s WHERE s.sku = p.sku)
UNION ALL
SELECT 'account', a.id::text, 'balance ' || a.id
FROM account AS a WHERE NOT EXISTS (SELECT FROM balance AS b WHERE b.account = a.id)
LIMIT $1
