from django.apps import AppConfig
from django.core.checks import register

from orders.checks import check_order_steps


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_order_steps)
