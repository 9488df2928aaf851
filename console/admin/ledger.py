"""Accounts, balances and transfers: the ledger's, here only read. Money moves in the console."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.admin import cells
from console.admin.cells import Near
from console.admin.lists import ReadOnly, number, uuid, words
from console.admin.site import site
from orders.models import Account, Balance, Customer, Order, Transfer


def page(row: Any) -> tuple[str, Any]:
    """The account's page of the console, and what to call it."""
    return reverse("account", args=[row.code]), _("in the console")


MONEY = (
    cells.amount("posted", _("posted")),
    cells.amount("held", _("held")),
    cells.amount("floor", _("never below")),
)


@admin.register(Account, site=site)
class Accounts(ReadOnly):
    seen_with = "orders.view_account"
    ordering = ("code",)
    found_by = {"code__startswith": words}
    asked_by = ("customer",)
    search_help_text = _("The beginning of a code: wallet:C001")
    columns = (
        cells.text("code", _("code")),
        cells.text("name", _("name")),
        cells.link("customer_id", _("customer"), Customer),
        *MONEY,
        cells.instant("created_at", _("created")),
    )
    more = (
        cells.near(
            _("See also"),
            (
                Near(_("balance"), Balance, "account", lambda row: row.pk),
                Near(_("money out"), Transfer, "debit", lambda row: row.pk),
                Near(_("money in"), Transfer, "credit", lambda row: row.pk),
            ),
            page,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        balance = Balance.objects.filter(account=OuterRef("pk"))
        parts = {name: Subquery(balance.values(name)[:1]) for name in ("posted", "held", "floor")}
        return super().get_queryset(request).annotate(**parts)


@admin.register(Balance, site=site)
class Balances(ReadOnly):
    seen_with = "orders.view_account"
    ordering = ("account",)
    found_by = {"account": number}
    asked_by = ("account",)
    search_help_text = _("The id of an account")
    columns = (
        cells.text("account", _("id")),
        cells.text("code", _("account")),
        *MONEY,
        cells.text("version", _("version")),
    )
    more = (cells.link("account", _("account"), Account),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Balance]:
        account = Account.objects.filter(pk=OuterRef("account"))
        parts = {name: Subquery(account.values(name)[:1]) for name in ("code", "currency")}
        return super().get_queryset(request).annotate(**parts)


class Pending(admin.SimpleListFilter):
    """Money that is held: the one state of transfers that has an index, and needs one."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("pending", _("held"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        return queryset.filter(state="pending") if self.value() == "pending" else queryset


@admin.register(Transfer, site=site)
class Transfers(ReadOnly):
    seen_with = "orders.view_account"
    found_by = {"id": uuid, "order": uuid}
    asked_by = ("debit", "credit", "order")
    search_help_text = _("The id of a transfer or of an order")
    list_filter = (Pending,)
    columns = (
        cells.text("id", _("id")),
        cells.state("state", _("state"), "transfer"),
        cells.amount("amount", _("amount")),
        cells.link("debit", _("from"), Account),
        cells.link("credit", _("to"), Account),
        cells.link("order", _("order"), Order),
        cells.instant("created_at", _("created")),
    )
    more = (
        cells.text("actor", _("actor")),
        cells.text("reason", _("reason")),
        cells.text("key", _("key")),
        cells.instant("settled_at", _("settled")),
    )
