"""What people keep: edited through the use cases, which write the audit with it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.admin.cells import Cell
from console.admin.lists import Listed
from orders.rules import money

#: Characters of a key (as in orders/schema.py), and of other names.
KEY, NAME = 100, 200


class Taken(Exception):
    """Somebody else made the same a moment ago; the message says so."""


class ReasonForm(forms.ModelForm):
    """A form that may say why: it goes into the audit."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=NAME,
        help_text=gettext_lazy("It goes into the audit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # as Django writes the labels of what is only shown
            field.label = capfirst(field.label)

    def why(self, done: str) -> str:
        """What was typed, or what was done."""
        return self.cleaned_data["reason"] or f"admin: {done}"

    def changed(self, *fields: str) -> dict[str, Any]:
        """Those of the fields this person changed: what others changed meanwhile is not put back."""
        return {name: self.cleaned_data[name] for name in fields if name in self.changed_data}


class Kept(Listed):
    """A model whose rows a use case writes. ``new_form`` makes one, ``form`` changes it."""

    new_form: type[ReasonForm]
    #: What the page of a new row has, and that of a kept one for who may change it: fields of the forms by
    #: name, and what is only shown.
    new_fields: Sequence[str]
    kept_fields: Sequence[str | Cell] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.new_fields
        if not self.has_change_permission(request, obj):
            return super().get_fields(request, obj)
        return self.kept_fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs.setdefault("form", self.form if obj else self.new_form)
        return super().get_form(request, obj, change, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Taken as taken:
            self.message_user(request, str(taken), messages.ERROR)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


def currency(typed: str) -> str:
    """The code of a currency, however it was typed. Raises ValidationError."""
    code = typed.strip().upper()
    if code not in money.DECIMALS:
        raise forms.ValidationError(_("%(code)s is not the code of a currency.") % {"code": typed})
    return code


def minor_units(typed: str, unit: str) -> int:
    """A price as typed, in minor units. Raises ValidationError."""
    try:
        units = money.parse(typed, unit)
    except money.MoneyError:
        raise forms.ValidationError(
            _("Type an amount with at most %(digits)d decimals, like %(example)s.")
            % {"digits": money.decimals(unit), "example": money.text(1234, unit)}
        ) from None
    if units <= 0:
        raise forms.ValidationError(_("Type more than nothing."))
    return units
