"""Products: their name, price and whether they are sold. Their units are the ledger's (see stock)."""

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from console.admin import cells
from console.admin.kept import KEY, NAME, Kept, ReasonForm, Taken, currency, minor_units
from console.admin.lists import words
from console.admin.site import actor_of, site
from orders.catalogue import AlreadyRestocked, add_products, change_product
from orders.models import Audit, Product, Stock
from orders.rules import money

#: Units a new product may begin with, and that may come to it at once.
MAX_UNITS = 10**12

ACTIVE = gettext_lazy("active")


class NewProduct(ReasonForm):
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=KEY)
    name = forms.CharField(label=gettext_lazy("name"), max_length=NAME)
    currency = forms.CharField(
        label=gettext_lazy("currency"), help_text=gettext_lazy("EUR, JPY; it never changes")
    )
    price = forms.CharField(label=gettext_lazy("price"), help_text=gettext_lazy("of one unit, like 4.50"))
    on_hand = forms.IntegerField(
        label=gettext_lazy("units on hand"), min_value=0, max_value=MAX_UNITS, initial=0
    )

    class Meta:
        model = Product
        fields = ("sku", "name", "currency")

    def clean_currency(self) -> str:
        return currency(self.cleaned_data["currency"])

    def clean_price(self) -> int | str:
        unit = self.cleaned_data.get("currency")  # what is wrong with it is said there
        return minor_units(self.cleaned_data["price"], unit) if unit else self.cleaned_data["price"]


class ProductForm(ReasonForm):
    name = forms.CharField(label=gettext_lazy("name"), max_length=NAME, show_hidden_initial=True)
    price = forms.CharField(label=gettext_lazy("price"), show_hidden_initial=True)
    active = forms.BooleanField(
        label=ACTIVE,
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Only active products are sold."),
    )
    units = forms.IntegerField(
        label=gettext_lazy("restock"),
        required=False,
        min_value=1,
        max_value=MAX_UNITS,
        help_text=gettext_lazy("So many units are added to those on hand. Say why below."),
    )
    #: Made with the form: sent twice, it restocks once.
    sending = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    class Meta:
        model = Product
        fields = ("name", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["price"] = money.text(self.instance.price, self.instance.currency)

    def clean_price(self) -> int:
        return minor_units(self.cleaned_data["price"], self.instance.currency)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("units") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why units are added."))
        return cleaned


SKU = cells.text("sku", gettext_lazy("SKU"))
ON_HAND = cells.text("on_hand", gettext_lazy("units on hand"))
RESERVED = cells.text("reserved", gettext_lazy("reserved"))
UNIT = cells.text("currency", gettext_lazy("currency"))
NEAR = cells.near(
    gettext_lazy("See also"),
    (
        cells.Near(gettext_lazy("stock"), Stock, "sku", lambda row: row.sku),
        cells.Near(gettext_lazy("audit"), Audit, "subject", lambda row: f"product:{row.sku}"),
    ),
)


@admin.register(Product, site=site)
class Products(Kept):
    form, new_form = ProductForm, NewProduct
    ordering = ("sku",)
    found_by = {"sku__startswith": words}
    search_help_text = gettext_lazy("The beginning of a SKU")
    columns = (
        SKU,
        cells.text("name", gettext_lazy("name")),
        cells.amount("price", gettext_lazy("price")),
        cells.flag("active", ACTIVE),
        ON_HAND,
        RESERVED,
    )
    more = (NEAR,)
    new_fields = ("sku", "name", "currency", "price", "on_hand", "reason")
    kept_fields = (
        SKU, "name", UNIT, "price", "active", ON_HAND, RESERVED, "units", "reason", NEAR, "sending",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        stock = Stock.objects.filter(sku=OuterRef("sku"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                on_hand=Subquery(stock.values("on_hand")[:1]), reserved=Subquery(stock.values("reserved")[:1])
            )
        )

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """By a use case: nothing is written by the ORM, least of all a unit."""
        actor = actor_of(request)
        if change:
            changed, units = form.changed("name", "price", "active"), form.cleaned_data["units"] or 0
            why = form.why(f"changed {', '.join(changed)}")
            key = form.cleaned_data["sending"]
            try:
                async_to_sync(change_product)(obj.sku, changed, more=units, key=key, actor=actor, reason=why)
            except AlreadyRestocked:
                raise Taken(_("These units were added already: the form was sent twice.")) from None
            return
        row: Any = {name: form.cleaned_data[name] for name in ("sku", "name", "currency", "price", "on_hand")}
        if not async_to_sync(add_products)([row], actor=actor, reason=form.why("added")):
            raise Taken(_("There is a product %(sku)s already.") % {"sku": obj.sku})
