"""A row of everything the administration shows, its addresses, and its forms as a browser sends them."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import quote
from django.test import AsyncClient
from django.urls import reverse

from console.admin import site
from jobs import db
from orders.clients import create_token
from tests.console.desk import hire, open_shop, order_in

#: What the engine and the carriers would write while an order goes its way.
REST = """
INSERT INTO worker (id, name, queues, lease_until)
VALUES ('00000000-0000-7000-8000-000000000001', 'host:1', '{"default": 10}', clock());
INSERT INTO job_history (id, task, subject, run_at, created_at, state, finished_at, result, error)
SELECT '00000000-0000-7000-8000-000000000002', 'orders.tasks.quote', 'order:' || id, clock(), clock(),
       'failed', clock(), '{"a": [1]}', 'no answer' FROM orders;
INSERT INTO attempt (job, task, number, fence, started_at, outcome, error_class, error, traceback)
VALUES ('00000000-0000-7000-8000-000000000002', 'orders.tasks.quote', 1, 1, clock(), 'failed', 'E',
        'no answer', 'in <module>');
INSERT INTO pace (key, rate, burst) VALUES ('host:carrier.example:443', 2, 1);
INSERT INTO reservation (order_id, sku, quantity) SELECT id, 'TEA', 1 FROM orders;
INSERT INTO quote (id, order_id, round, carrier) SELECT gen_random_uuid(), id, 1, 'slow' FROM orders;
"""

#: Models nobody but their owner writes: no administrator adds, changes or deletes one.
READ_ONLY = {
    "orders.stock", "orders.order", "orders.orderline", "orders.orderevent", "orders.reservation",
    "orders.quote", "orders.account", "orders.balance", "orders.transfer", "orders.audit",
    "orders.auditchain", "jobs.job", "jobs.history", "jobs.attempt", "jobs.worker", "jobs.pace",
}  # fmt: skip
KEPT = {"orders.product", "orders.customer", "orders.token", "auth.user"}

MODELS = {f"{model._meta.app_label}.{model._meta.model_name}": model for model in site._registry}


async def fill() -> UUID:
    """A shop, an order with all that hangs on it, somebody with a token. The order's id."""
    await open_shop()
    order = await order_in()
    async with db.connection() as conn:
        await conn.execute(REST)
    await create_token((await hire("carol", "viewer")).pk, "till")
    return order


def address(name: str, page: str = "changelist", key: Any = None) -> str:
    """The address of a model's page."""
    args = [] if key is None else [quote(key)]
    return reverse(f"admin:{name.replace('.', '_')}_{page}", args=args)


async def first_key(name: str) -> Any:
    return (await MODELS[name].objects.order_by().afirst()).pk


async def open_form(client: AsyncClient, where: str) -> dict[str, Any]:
    """What a browser would send if nobody typed anything."""
    answer = await client.get(where)
    assert answer.status_code == 200, answer
    return fields_of(answer.content.decode())


async def send(client: AsyncClient, where: str, **typed: Any) -> Any:
    """Open the form and send it with what is typed; None unticks a box."""
    fields = await open_form(client, where) | typed
    return await client.post(where, {name: value for name, value in fields.items() if value is not None})


def fields_of(page: str) -> dict[str, Any]:
    form = Form()
    form.feed(page)
    return form.fields


class Form(HTMLParser):
    """The fields of a page whose forms do not share names."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, kind, value = has.get("name") or "", has.get("type"), has.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in has:
            self.fields.setdefault(self.select, []).append(value)
        elif tag == "input" and name and kind not in ("submit", "checkbox", "radio"):
            self.fields[name] = value
        elif tag == "input" and name and "checked" in has:
            if kind == "checkbox" and "value" in has:
                self.fields.setdefault(name, []).append(value)
            else:
                self.fields[name] = value or "on"
