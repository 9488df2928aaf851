SELECT coalesce(sum(quantity), 0)::bigint FROM order_line WHERE order_id = $1
