"""What people type into forms, read into what the use cases take. Errors stand at their field."""

import re
from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError

from orders.choices import NAMED, Meant
from orders.rules import money
from orders.schema import MAX_QUANTITY, OrderIn
from orders.wrong import field_name, words

#: Where an error of the order belongs: ``lines[2].sku``, ``lines[2]``.
LINE = re.compile(r"lines\[(\d+)\](?:\.(\w+))?")

#: What is read as a quantity at all: Python refuses to read thousands of digits.
QUANTITY = re.compile(r"[0-9]{1,7}")

#: An amount as pages write it: 1,234.56.
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")

#: Lines a fresh form shows, and the most it takes: nobody types a thousand, and to show them takes a second.
BLANK_LINES, MOST_LINES = 3, 100


@dataclass
class Line:
    """One line as typed, and what is wrong with it by field."""

    sku: str = ""
    quantity: str = ""
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def typed(self) -> bool:
        return bool(self.sku or self.quantity)


@dataclass
class OrderForm:
    """The order form. ``key`` is its idempotency key: the same form sent twice is one order."""

    MOST_LINES = MOST_LINES

    key: str
    customer: str = ""
    currency: str = ""
    reference: str = ""
    lines: list[Line] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def blank(cls, key: str) -> "OrderForm":
        return cls(key=key, lines=[Line() for _ in range(BLANK_LINES)])

    @classmethod
    def read(cls, data: QueryDict) -> "OrderForm":
        """The form as it was sent; lines left empty are dropped.

        Sent for a line more, or to look up what is typed, it keeps as many lines as it had.
        """
        skus, quantities = data.getlist("sku"), data.getlist("quantity")
        lines = [Line(sku.strip(), quantity.strip()) for sku, quantity in zip(skus, quantities, strict=False)]
        lines = [line for line in lines if line.typed]
        room = min(len(skus) + (data.get("then") == "line"), MOST_LINES) if "then" in data else 1
        form = cls(
            key=key_of(data),
            customer=data.get("customer", "").strip(),
            currency=data.get("currency", "").strip().upper(),
            reference=data.get("reference", "").strip(),
            lines=lines[:MOST_LINES] + [Line() for _ in range(room - len(lines))],
        )
        if len(lines) > MOST_LINES:
            words = _("The form takes %(most)d lines: the others are left out, nothing is submitted.")
            form.refuse("", words % {"most": MOST_LINES})
        return form

    def understand(self, customers: Meant, products: Meant, unsure: Container[str] = ()) -> None:
        """Put codes in the place of what was typed for them, or say at its field what it may be.

        Nothing is put in the place of a text that is ``unsure``: it is asked what is meant.
        """
        self.customer, problem = understood(self.customer, customers, unsure)
        if problem:
            self.refuse("customer", problem)
        for number, line in enumerate(self.lines):
            line.sku, problem = understood(line.sku, products, unsure)
            if problem:
                self.refuse(f"lines[{number}].sku", problem)

    def raw(self) -> dict[str, Any]:
        """Customer, currency and products as the other doors would have them, whatever they are."""
        lines = [{"sku": line.sku} for line in self.lines]
        return {"customer": self.customer, "currency": self.currency, "lines": lines}

    def order(self) -> OrderIn | None:
        """The order typed in, or None where something is missing: then the errors say what."""
        self.require()
        values: dict[str, Any] = {
            "customer": self.customer,
            "currency": self.currency,
            "reference": self.reference or None,
            "lines": [{"sku": line.sku, "quantity": whole(line.quantity)} for line in self.lines],
        }
        try:
            order = OrderIn.model_validate(values)
        except ValidationError as refused:
            for error in refused.errors():
                self.refuse_more(field_name(error["loc"]), said(error))
            return None
        return None if self.wrong else order

    def require(self) -> None:
        """Note what is missing, and what is not a number."""
        if not self.key:
            self.refuse("", _("The form came without its key. Open it anew."))
        if not self.customer:
            self.refuse("customer", _("Name the customer."))
        if not self.currency:
            self.refuse("currency", _("Choose the currency."))
        for line in self.lines:
            if not line.sku:
                line.errors["sku"].append(_("Name the product."))
            if not 0 < (whole(line.quantity) or 0) <= MAX_QUANTITY:
                line.errors["quantity"].append(_("Type a whole number from 1 to 1,000,000."))

    def refuse(self, place: str, message: str) -> None:
        """Put an error to the field it is about; what belongs nowhere stands above the form."""
        if match := LINE.match(place):
            number, name = int(match[1]), match[2] or "sku"
            if number < len(self.lines):
                self.lines[number].errors[name].append(message)
                return
        self.errors[place if place in ("customer", "currency", "reference") else "form"].append(message)

    def refuse_more(self, place: str, message: str) -> None:
        """The same, where nothing is said of that field yet: what nobody understood, nobody knows either."""
        match = LINE.match(place)
        errors, name = (self.lines[int(match[1])].errors, match[2]) if match else (self.errors, place)
        if not errors.get(name):
            self.refuse(place, message)

    @property
    def wrong(self) -> bool:
        return bool(self.errors) or any(line.errors for line in self.lines)

    @property
    def focus(self) -> str | Line:
        """Where a person goes on: the first field with an error, or the line that has one; else the first."""
        fields = (name for name in ("customer", "currency", "reference") if self.errors.get(name))
        lines = (line for line in self.lines if line.errors)
        return next(fields, None) or next(lines, None) or "customer"


def understood(text: str, meant: Meant, unsure: Container[str] = ()) -> tuple[str, str]:
    """The code that is meant by a text, and what is wrong with it: nothing fits, or several do.

    A text that was not looked up stays: who takes the form knows what to say.
    """
    if text not in meant:
        return text, ""
    found = meant[text]
    if len(found) == 1 and text not in unsure:
        return found[0]["code"], ""
    if not found:
        return text, _("Nothing fits “%(text)s”.") % {"text": text}
    alike = all(choice["name"].lower() == text.lower() for choice in found)
    named = [choice["code"] if alike else f"{choice['code']} ({choice['name']})" for choice in found]
    codes = ", ".join(named) + (" …" if len(named) >= NAMED else "")
    return text, _("“%(text)s” may be %(codes)s: type the code.") % {"text": text, "codes": codes}


def whole(text: str) -> int | None:
    """A quantity as it was typed, or None for what is none."""
    return int(text) if QUANTITY.fullmatch(text) else None


def ungrouped(amount: str) -> str:
    """An amount copied from a page without its marks between thousands; anything else as it is."""
    return amount.replace(",", "") if GROUPED.fullmatch(amount.strip()) else amount


def key_of(data: QueryDict) -> str:
    """The idempotency key the form was made with: the text of a UUID, else nothing."""
    try:
        return str(UUID(data.get("key", "")))
    except ValueError:
        return ""


def said(error: Mapping[str, Any]) -> str:
    """A validation error in the reader's language, for those a person at this form can meet."""
    if error["type"] == "string_too_long":
        return _("At most %(max)d characters.") % {"max": error["ctx"]["max_length"]}
    if error["type"] == "nul_character":
        return _("Leave out the NUL character.")
    if error["type"] == "currency":
        return _("Choose the currency.")
    return words(error)


@dataclass
class TransferForm:
    """Money out of one account into another, as typed."""

    key: str
    credit: str = ""
    amount: str = ""
    reason: str = ""
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, data: QueryDict) -> "TransferForm":
        typed = {
            name: data.get(name, "").replace("\x00", "").strip() for name in ("credit", "amount", "reason")
        }
        return cls(
            key=key_of(data), credit=typed["credit"], amount=typed["amount"], reason=typed["reason"][:500]
        )

    def understand(self, accounts: Meant, unsure: Container[str] = ()) -> None:
        """Put the code in the place of what was typed for it, or say what it may be."""
        self.credit, problem = understood(self.credit, accounts, unsure)
        if problem:
            self.errors["credit"].append(problem)

    def minor_units(self, currency: str) -> int | None:
        """The amount in minor units, or None where something is missing: then the errors say what."""
        if not self.key:
            self.errors["form"].append(_("The form came without its key. Open it anew."))
        if not self.credit:
            self.errors["credit"].append(_("Name the account the money goes to."))
        if not self.reason:
            self.errors["reason"].append(_("Say why: it goes into the audit."))
        units = 0
        try:
            units = money.parse(ungrouped(self.amount), currency)
        except money.MoneyError:
            digits = money.DECIMALS.get(currency, 2)
            example = money.text(1234, currency)
            self.errors["amount"].append(
                _("Type an amount with at most %(digits)d decimals, like %(example)s.")
                % {"digits": digits, "example": example}
            )
        else:
            if units <= 0:
                self.errors["amount"].append(_("Type more than nothing."))
        return None if self.errors else units
