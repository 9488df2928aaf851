"""What somebody types into the one box of a list: found by number, id, reference, name or code."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from jobs import store as jobs
from jobs.db import Connection
from orders import pages, store
from orders.customers import customers_called

#: Choices shown where several would do.
CHOICES = 12


class Choice(NamedTuple):
    href: str
    name: str
    code: str


@dataclass
class Found:
    """Where it leads (``href``), or what it may have been; ``said`` says what was done in a sentence."""

    said: str
    href: str = ""
    choices: list[Choice] = field(default_factory=list)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def as_number(text: str) -> int | None:
    """An order's number, as people write it. They are bigints."""
    digits = text.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


async def find_order(conn: Connection, text: str) -> Found:
    """An order by number, id or reference, else the orders of a customer."""
    number, id = as_number(text), as_uuid(text)
    if number is not None and (order := await store.order_id_by_number(conn, number)):
        return Found("", reverse("order", args=[order]))
    if id and await store.order_rows(conn, [id]):
        return Found("", reverse("order", args=[id]))
    named = await pages.orders_of_reference(conn, text)
    if len(named) == 1:
        return Found(
            _("Found by its reference %(text)s.") % {"text": text}, reverse("order", args=[named[0]])
        )
    if named:
        said = _("Several orders have the reference %(text)s.") % {"text": text}
        return Found(said, _list("orders", reference=text))
    nothing = _("No order has the number, id or reference “%(text)s”, and no customer is called that.")
    return await find_customer(conn, text, "orders", nothing % {"text": text})


async def find_customer(conn: Connection, text: str, page: str, nothing: str) -> Found:
    """The list ``page`` of one customer, by code or by words of the name, or several to choose from."""
    customers = await customers_called(conn, text, CHOICES + 1)
    choices = [
        Choice(_list(page, customer=customer["code"]), customer["name"], customer["code"])
        for customer in customers
    ]
    if len(choices) == 1:
        said = _("“%(text)s” is the customer %(name)s.") % {"text": text, "name": choices[0].name}
        return Found(said, choices[0].href)
    if len(choices) > CHOICES:
        said = _("More than %(n)s customers are called “%(text)s”; these are the first.")
        return Found(said % {"n": CHOICES, "text": text}, choices=choices[:CHOICES])
    if choices:
        return Found(_("Several customers are called “%(text)s”.") % {"text": text}, choices=choices)
    return Found(nothing)


async def find_job(conn: Connection, text: str, *, may_see_orders: bool) -> Found:
    """A job by id, the jobs of an order by its id or number, or the jobs of a task or a queue."""
    id, number = as_uuid(text), as_number(text)
    if id and await jobs.job_rows(conn, [id]):
        return Found("", reverse("job", args=[id]))
    order: UUID | None = None
    if may_see_orders and number is not None:
        order = await store.order_id_by_number(conn, number)
    elif may_see_orders and id and await store.order_rows(conn, [id]):
        order = id
    if order:
        said = _("The jobs about the order %(text)s.") % {"text": text}
        return Found(said, _list("jobs", subject=f"order:{order}"))
    if re.fullmatch(r"\w+:\S+", text):
        return Found(_("The jobs about %(text)s.") % {"text": text}, _list("jobs", subject=text))
    return among(await jobs.job_counts(conn), text)


def among(counted: list[jobs.Row], text: str) -> Found:
    """A task or a queue that had jobs lately: by its name, else by what is in it."""
    names = {(field, row[field]) for row in counted for field in ("task", "queue")}
    exact = {(field, name) for field, name in names if name == text}
    like = exact or {(field, name) for field, name in names if text.lower() in name.lower()}
    choices = [Choice(_list("jobs", **{field: name}), name, _kind(field)) for field, name in sorted(like)]
    if len(choices) == 1:
        said = _("“%(text)s” is the %(kind)s %(name)s.")
        named = {"text": text, "kind": choices[0].code, "name": choices[0].name}
        return Found(said % named, choices[0].href)
    if choices:
        said = _("Several tasks and queues are called “%(text)s”.") % {"text": text}
        return Found(said, choices=choices[:CHOICES])
    if re.fullmatch(r"\w+(\.\w+)+", text):
        said = _("No job of a task “%(text)s” lately; these are the earlier ones.") % {"text": text}
        return Found(said, _list("jobs", task=text))
    said = _("No job has the id “%(text)s”, and no order, task or queue is called that.")
    return Found(said % {"text": text})


def _kind(field: str) -> str:
    return _("task") if field == "task" else _("queue")


async def find_account(conn: Connection, text: str) -> Found:
    """An account by its code, else the accounts of a customer."""
    if await store.account_by_code(conn, text):
        return Found("", reverse("account", args=[text]))
    nothing = _("No account has the code “%(text)s”, and no customer is called that.") % {"text": text}
    return await find_customer(conn, text, "accounts", nothing)


def _list(page: str, **only: str) -> str:
    data = QueryDict(mutable=True)
    data.update(only)
    return f"{reverse(page)}?{data.urlencode()}"
