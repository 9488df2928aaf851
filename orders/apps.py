from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from orders.checks import check_order_steps


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_order_steps)
