"""Orders as the tables keep them, row by row. They are the pipeline's: here they are only read."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.admin import cells
from console.admin.cells import Near
from console.admin.lists import ReadOnly, number, uuid, words
from console.admin.site import site
from jobs.models import History, Job
from orders.models import (
    Audit,
    Customer,
    Order,
    OrderEvent,
    OrderLine,
    Product,
    Quote,
    Reservation,
    Stock,
    Transfer,
)

ID, ORDER = cells.text("id", _("id")), cells.link("order", _("order"), Order)
SKU, QUANTITY = cells.link("sku", _("SKU"), Product), cells.text("quantity", _("quantity"))


def itself(row: Any) -> Any:
    return row.pk


def subject(row: Any) -> str:
    return f"order:{row.pk}"


def page(row: Any) -> tuple[str, Any]:
    """The order's page of the console, and what to call it."""
    return reverse("order", args=[row.pk]), _("in the console")


@admin.register(Order, site=site)
class Orders(ReadOnly):
    seen_with = "orders.view_order"
    found_by = {"number": number, "id": uuid}
    asked_by = ("customer",)
    search_help_text = _("A number or an id")
    list_filter = ("state",)
    columns = (
        cells.text("number", _("number")),
        cells.state("state", _("state"), "order"),
        cells.link("customer", _("customer"), Customer),
        cells.amount("total", _("total")),
        cells.state("door", _("door"), "door"),
        cells.instant("created_at", _("created")),
        cells.text("attention", _("attention")),
    )
    more = (
        ID,
        cells.text("client", _("client")),
        cells.text("external_ref", _("reference")),
        cells.text("reason", _("reason")),
        cells.text("version", _("version")),
        cells.instant("updated_at", _("changed")),
        cells.near(
            _("See also"),
            (
                Near(_("lines"), OrderLine, "order", itself),
                Near(_("timeline"), OrderEvent, "order", itself),
                Near(_("reservations"), Reservation, "order", itself),
                Near(_("quotes"), Quote, "order", itself),
                Near(_("transfers"), Transfer, "order", itself),
                Near(_("jobs"), Job, "subject", subject),
                Near(_("finished jobs"), History, "subject", subject),
                Near(_("audit"), Audit, "subject", subject),
            ),
            page,
        ),
    )


class OfAnOrder(ReadOnly):
    """Rows that hang on an order, found by it."""

    seen_with = "orders.view_order"
    found_by = {"order": uuid}
    asked_by = ("order",)
    search_help_text = _("The id of an order")


@admin.register(OrderLine, site=site)
class Lines(OfAnOrder):
    columns = (
        ID,
        ORDER,
        cells.text("position", _("position")),
        SKU,
        QUANTITY,
        cells.amount("unit_price", _("unit price")),
        cells.amount("amount", _("amount")),
    )


@admin.register(OrderEvent, site=site)
class Events(OfAnOrder):
    columns = (
        ID,
        cells.instant("at", _("at")),
        ORDER,
        cells.state("state", _("state"), "order"),
        cells.text("actor", _("actor")),
        cells.text("reason", _("reason")),
    )
    more = (cells.document("data", _("data")),)


@admin.register(Reservation, site=site)
class Reservations(OfAnOrder):
    columns = (ID, ORDER, SKU, QUANTITY, cells.state("state", _("state"), "reservation"))


@admin.register(Quote, site=site)
class Quotes(OfAnOrder):
    columns = (
        cells.text("carrier", _("carrier")),
        cells.state("state", _("state"), "quote"),
        ORDER,
        cells.text("round", _("round")),
        cells.amount("price", _("price")),
        cells.instant("asked_at", _("asked")),
        cells.instant("answered_at", _("answered")),
    )
    more = (ID, cells.text("detail", _("detail")))


@admin.register(Stock, site=site)
class Shelf(ReadOnly):
    seen_with = "orders.view_product"
    ordering = ("sku",)
    found_by = {"sku__startswith": words}
    asked_by = ("sku",)
    search_help_text = _("The beginning of a SKU")
    columns = (
        cells.text("sku", _("SKU")),
        cells.text("on_hand", _("units on hand")),
        cells.text("reserved", _("reserved")),
        cells.text("version", _("version")),
    )
    more = (cells.near(_("See also"), (Near(_("product"), Product, "sku", itself),)),)
