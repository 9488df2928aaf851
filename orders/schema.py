"""An order as it comes in: one schema at all doors."""

import hashlib
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from orders.rules.money import DECIMALS
from orders.wrong import problem, told, whole_number

#: The most lines of an order (real invoices have several hundred), and the most units of a line.
MAX_LINES = 1_000
MAX_QUANTITY = 10**6

#: The most fields an object is read with.
MAX_FIELDS = 20


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL; the sender hears it, not the database. (Pydantic refuses lone surrogates.)"""
    if "\x00" in text:
        raise problem("nul_character")
    return text


def _known(currency: str) -> str:
    if currency not in DECIMALS:
        raise problem("currency")
    return currency


#: A text PostgreSQL can hold, one that names something, and the code of a currency.
Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_storable)]
Currency = Annotated[str, AfterValidator(_known)]


class Strict(BaseModel):
    """Values of exactly these types, no other fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _few(cls, raw: Any) -> Any:
        """Each field too many is a problem of its own: thousands would cost a second to be told."""
        if isinstance(raw, dict) and len(raw) > MAX_FIELDS:
            raise problem("too_many_fields", most=MAX_FIELDS)
        return raw


class LineIn(Strict):
    """One line: so many units of a product."""

    sku: Name
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY), whole_number(1, MAX_QUANTITY)]


class OrderIn(Strict):
    """What somebody orders. ``reference`` is the client's own name for it, used once for ever."""

    customer: Name
    currency: Currency
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)
    reference: Name | None = None


def canonical(order: OrderIn) -> bytes:
    """The one way of writing this order down: JSON with sorted keys and no spaces."""
    return orjson.dumps(order.model_dump(), option=orjson.OPT_SORT_KEYS)


def digest(order: OrderIn) -> bytes:
    """SHA-256 over the canonical order."""
    return hashlib.sha256(canonical(order)).digest()


def problems(error: ValidationError) -> list[dict[str, Any]]:
    """What is wrong with an order, field by field."""
    return told(error.errors(include_url=False, include_input=False))
