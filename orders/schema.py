"""An order as it comes in: one schema at all doors."""

import hashlib
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from orders.rules.money import DECIMALS

#: The most lines of an order (real invoices have several hundred), and the most units of a line.
MAX_LINES = 1_000
MAX_QUANTITY = 10**6

#: The most fields an object is read with, the most problems that are told of one order, and the characters
#: of a field's name that are sent back: what is wrong with a mebibyte must not be told in ten.
MAX_FIELDS = 20
MAX_PROBLEMS = 50
MAX_NAME = 100


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL; the sender hears it, not the database. (Pydantic refuses lone surrogates.)"""
    if "\x00" in text:
        raise ValueError("must not contain a NUL character")
    return text


def _known(currency: str) -> str:
    if currency not in DECIMALS:
        raise ValueError("is not the code of a currency")
    return currency


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_storable)]


class Strict(BaseModel):
    """Values of exactly these types, no other fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _few(cls, raw: Any) -> Any:
        """Each field too many is a problem of its own: thousands would cost a second to be told."""
        if isinstance(raw, dict) and len(raw) > MAX_FIELDS:
            raise ValueError(f"has more than {MAX_FIELDS} fields")
        return raw


class LineIn(Strict):
    """One line: so many units of a product."""

    sku: Name
    quantity: int = Field(ge=1, le=MAX_QUANTITY)


class OrderIn(Strict):
    """What somebody orders. ``reference`` is the client's own name for it, used once for ever."""

    customer: Name
    currency: Annotated[str, AfterValidator(_known)]
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)
    reference: Name | None = None


def canonical(order: OrderIn) -> bytes:
    """The one way of writing this order down: JSON with sorted keys and no spaces."""
    return orjson.dumps(order.model_dump(), option=orjson.OPT_SORT_KEYS)


def digest(order: OrderIn) -> bytes:
    """SHA-256 over the canonical order."""
    return hashlib.sha256(canonical(order)).digest()


def problems(error: ValidationError) -> list[dict[str, Any]]:
    """What is wrong, field by field: ``[{"field": "lines[2].sku", "message": …}]``, MAX_PROBLEMS at most."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        {"field": field_name(problem["loc"]), "message": problem["msg"].removeprefix("Value error, ")}
        for problem in found[:MAX_PROBLEMS]
    ]


def field_name(location: tuple[int | str, ...]) -> str:
    """``("lines", 2, "sku")`` → ``"lines[2].sku"``. A name the sender made up is cut at MAX_NAME."""
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part[:MAX_NAME]}" if name else part[:MAX_NAME]
    return name
