"""Products: their name, price and whether they are sold. Their units are the ledger's (see stock)."""

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.admin import cells
from console.admin.kept import KEY, NAME, Kept, ReasonForm, Taken, currency, minor_units
from console.admin.lists import words
from console.admin.site import actor_of, site
from orders.catalogue import add_products, change_product, open_house_accounts
from orders.models import Audit, Product, Stock
from orders.rules import money

#: Units a new product may begin with.
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

    class Meta:
        model = Product
        fields = ("name", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["price"] = money.text(self.instance.price, self.instance.currency)

    def clean_price(self) -> int:
        return minor_units(self.cleaned_data["price"], self.instance.currency)


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
    shown = (
        cells.text("sku", gettext_lazy("SKU")),
        cells.text("name", gettext_lazy("name")),
        cells.amount("price", gettext_lazy("price")),
        cells.flag("active", ACTIVE),
        cells.text("on_hand", gettext_lazy("units on hand")),
        cells.text("reserved", gettext_lazy("reserved")),
    )
    list_display = shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        stock = Stock.objects.filter(sku=OuterRef("sku"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                on_hand=Subquery(stock.values("on_hand")[:1]), reserved=Subquery(stock.values("reserved")[:1])
            )
        )

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        if obj is None:
            return ["sku", "name", "currency", "price", "on_hand", "reason"]
        if not self.has_change_permission(request, obj):
            return [*self.shown, NEAR]
        sku, _name, _price, _active, on_hand, reserved = self.shown
        return [sku, "name", UNIT, "price", "active", on_hand, reserved, "reason", NEAR]

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        return [field for field in self.get_fields(request, obj) if callable(field)]

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """By the use cases: nothing is written by the ORM, least of all a unit."""
        actor = actor_of(request)
        if change:
            changed = form.changed("name", "price", "active")
            why = form.why(f"changed {', '.join(changed)}")
            async_to_sync(change_product)(obj.sku, changed, actor=actor, reason=why)
            return
        async_to_sync(open_house_accounts)([obj.currency], actor=actor, reason=form.why("first product"))
        row: Any = {name: form.cleaned_data[name] for name in ("sku", "name", "currency", "price", "on_hand")}
        if not async_to_sync(add_products)([row], actor=actor, reason=form.why("added")):
            raise Taken(_("There is a product %(sku)s already.") % {"sku": obj.sku})
