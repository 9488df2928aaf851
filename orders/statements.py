"""The domain's SQL: ``sql("lock_orders")`` is the text of ``orders/sql/lock_orders.sql``."""

from pathlib import Path

from jobs.statements import Statements

sql = Statements(Path(__file__).parent / "sql")
