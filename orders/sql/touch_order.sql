-- Something of the order changed that is no move: its watchers read it again.
UPDATE orders SET attention = $2, version = version + 1, updated_at = clock() WHERE id = $1 RETURNING version
