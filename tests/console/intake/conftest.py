from tests.orders.conftest import heard, no_deadlock, shop  # noqa: F401 (the orders' fixtures)
