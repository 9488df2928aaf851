"""The administration at ``/admin/``: what people keep is edited there, what engine and ledger own is read."""

from console.admin import audit, customers, engine, ledger, orders, products, tokens, users
from console.admin.site import site

__all__ = ["audit", "customers", "engine", "ledger", "orders", "products", "site", "tokens", "users"]
