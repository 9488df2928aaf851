"""Customers: who they are and whether they may order. Their wallets' money is the ledger's."""

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.admin import cells
from console.admin.kept import KEY, NAME, Kept, ReasonForm, Taken, currency
from console.admin.lists import words
from console.admin.site import actor_of, site
from orders.catalogue import add_customers, change_customer
from orders.models import Account, Audit, Customer, Order


class Currencies(forms.CharField):
    """Codes of currencies with spaces or commas between them: ``EUR, JPY``."""

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(value).replace(",", " ").split()
        return sorted({currency(code) for code in typed})


class NewCustomer(ReasonForm):
    code = forms.CharField(label=gettext_lazy("code"), max_length=KEY)
    name = forms.CharField(label=gettext_lazy("name"), max_length=NAME)
    email = forms.EmailField(label=gettext_lazy("email"), required=False)
    wallets = Currencies(
        label=gettext_lazy("wallets"),
        max_length=NAME,
        help_text=gettext_lazy("One in each of these currencies: EUR, JPY"),
    )

    class Meta:
        model = Customer
        fields = ("code", "name", "email")


class CustomerForm(ReasonForm):
    name = forms.CharField(label=gettext_lazy("name"), max_length=NAME, show_hidden_initial=True)
    email = forms.EmailField(label=gettext_lazy("email"), required=False, show_hidden_initial=True)
    active = forms.BooleanField(
        label=gettext_lazy("active"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Only active customers order."),
    )
    wallets = Currencies(
        label=gettext_lazy("more wallets"),
        required=False,
        max_length=NAME,
        help_text=gettext_lazy(
            "Opened in these currencies, where there is none yet; a wallet is never closed."
        ),
    )

    class Meta:
        model = Customer
        fields = ("name", "email", "active")


CODE = cells.text("code", gettext_lazy("code"))
CREATED = cells.instant("created_at", gettext_lazy("created"))
NEAR = cells.near(
    gettext_lazy("See also"),
    (
        cells.Near(gettext_lazy("wallets"), Account, "customer", lambda row: row.pk),
        cells.Near(gettext_lazy("orders"), Order, "customer", lambda row: row.pk),
        cells.Near(gettext_lazy("audit"), Audit, "subject", lambda row: f"customer:{row.code}"),
    ),
)


@admin.register(Customer, site=site)
class Customers(Kept):
    form, new_form = CustomerForm, NewCustomer
    ordering = ("code",)
    found_by = {"code__startswith": words}
    search_help_text = gettext_lazy("The beginning of a code")
    columns = (
        CODE,
        cells.text("name", gettext_lazy("name")),
        cells.text("email", gettext_lazy("email")),
        cells.flag("active", gettext_lazy("active")),
        CREATED,
    )
    more = (NEAR,)
    new_fields = ("code", "name", "email", "wallets", "reason")
    kept_fields = (CODE, "name", "email", "active", "wallets", CREATED, "reason", NEAR)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """By a use case: a new customer has wallets, each with a balance of nothing."""
        actor, wallets = actor_of(request), form.cleaned_data["wallets"]
        if change:
            changed = form.changed("name", "email", "active")
            why = form.why(f"changed {', '.join([*changed, *(['wallets'] if wallets else [])])}")
            async_to_sync(change_customer)(obj.code, changed, wallets=wallets, actor=actor, reason=why)
            return
        row: Any = {"code": obj.code, "name": obj.name, "email": obj.email, "currencies": wallets}
        if not async_to_sync(add_customers)([row], actor=actor, reason=form.why("added")):
            raise Taken(_("There is a customer %(code)s already.") % {"code": obj.code})
        obj.pk = Customer.objects.get(code=obj.code).pk
