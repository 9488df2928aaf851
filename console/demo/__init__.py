"""A shop to look at: made-up goods, people and carriers, and a stream of orders, for ``manage.py demo``."""
