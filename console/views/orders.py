"""One order, and the form that submits one."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from console.actions import ORDER_ACTIONS, offered
from console.forms import OrderForm
from console.views.access import PageRequest, page
from console.views.paging import uuid_or_404
from jobs import db
from jobs.store import Row
from orders import store
from orders.admission import looking_up
from orders.choices import (
    NAMED,
    customers_meant,
    customers_offered,
    guess,
    product_currencies,
    products_meant,
    products_offered,
)
from orders.submit import Answer, Submission, submit
from orders.tasks import alert
from orders.unfit import unknown

#: Lines of an order on its page, unless all are asked for.
LINES = 50

#: What two entries of a timeline have in common that are shown as one.
SAME = ("what", "actor", "reason")

#: States of a job that can be retried.
RETRIED = ("failed", "cancelled")

#: What the form page answers with when the order was refused.
STATUS = {"invalid": 422, "duplicate_reference": 422, "key_reused": 409, "running": 409, "busy": 503}


@page("orders.view_order")
async def order_page(request: PageRequest, id: str) -> HttpResponse:
    """One order. Of a long one the first lines are shown (they never change), all with ``?lines=all``."""
    async with db.connection() as conn:
        order = await store.order_detail(conn, uuid_or_404(id))
    if order is None:
        raise Http404
    lines = order["lines"] if request.GET.get("lines") == "all" else order["lines"][:LINES]
    doings = offered(ORDER_ACTIONS, request.user, order["actions"], id=order["id"], key=str(order["number"]))
    address = request.build_absolute_uri(f"/api/v1/orders/{order['id']}")
    context = {
        "order": order,
        "lines": lines,
        "events": told_once(order["events"]),
        "quotes": folded(order["quotes"]),
        "stuck": stuck_at(order["jobs"]),
        "doings": doings,
        "address": address,
    }
    return render(request, "orders/detail.html", context)


def told_once(events: list[Row]) -> list[Row]:
    """The timeline as it is shown: what was told several times on end is one entry, with how many ``times``
    and ``since`` when. detail.js knows.
    """
    shown: list[Row] = []
    for event in events:
        last = shown[-1] if shown else None
        if last and all(last[field] == event[field] for field in SAME):
            times, since = (last["times"] or 1) + 1, last["since"] or last["at"]
            shown[-1] = last | {"at": event["at"], "times": times, "since": since}
        else:
            shown.append(event | {"times": None, "since": None})
    return shown


def stuck_at(jobs: list[Row]) -> Row | None:
    """The job that an order which needs a person may wait for: its last, where that can be retried. The one
    that calls the person comes after it. detail.js knows.
    """
    told = [job for job in jobs if job["task"] != alert.module_path]
    return told[-1] if told and told[-1]["state"] in RETRIED else None


def folded(quotes: list[Row]) -> dict[str, Any]:
    """Carriers' answers as they are shown, those apart that were given again later. detail.js knows."""
    repeated = [quote for quote in quotes if quote["repeated"]]
    shown = [quote for quote in quotes if not quote["repeated"]]
    return {"shown": shown, "repeated": repeated, "earlier": len(repeated)}


@page("orders.add_order", methods=("GET", "POST"))
async def order_form(request: PageRequest) -> HttpResponse:
    """The form door. Its key comes with the form, so that sending it twice makes one order."""
    if request.method != "POST":
        return await show_form(request, OrderForm.blank(key=str(uuid4())))
    form = OrderForm.read(request.POST)
    await understand(form, looked_up=request.POST.get("then") == "look")
    if "then" in request.POST:  # a line more, or what is typed looked up: nothing is submitted
        return await show_form(request, form)
    order = form.order()
    if order is None:
        for problem in await unknown(form.raw()):
            form.refuse_more(problem["field"], problem["message"])
        return await show_form(request, form, status=422)
    answers = await submit(
        [Submission(order=order, key=form.key)],
        client=request.user.pk,
        actor=f"user:{request.user.get_username()}",
        door="form",
    )
    answer = answers[0]
    if isinstance(answer, Answer):
        return redirect("order", answer.id)
    if answer.code == "running":
        form.refuse("", _("This order is being taken in right now. Send the form again in a moment."))
    elif answer.code == "key_reused":
        form.refuse("", _("This form was sent before with another order. Send it again to make a new one."))
        form.key = str(uuid4())
    else:
        for problem in answer.errors:
            form.refuse(problem["field"], problem["message"])
    return await show_form(request, form, status=STATUS[answer.code])


async def understand(form: OrderForm, *, looked_up: bool) -> None:
    """Names become codes. Their beginnings do where they were only looked up, for a browser that offers
    nothing; what is submitted is not guessed at, but answered with what it may be.
    """
    currency = form.currency or None
    async with looking_up() as conn:
        customers = await customers_meant(conn, [form.customer])
        products = await products_meant(conn, [line.sku for line in form.lines], currency=currency)
        guessed = await guess(customers, lambda text: customers_offered(conn, text, NAMED))
        guessed |= await guess(products, lambda text: products_offered(conn, text, NAMED, currency=currency))
    form.understand(customers, products, unsure=() if looked_up else guessed)


async def show_form(request: PageRequest, form: OrderForm, status: int = 200) -> HttpResponse:
    """The form with the first choices of each kind; the browser asks for others (views/choices.py)."""
    async with looking_up() as conn:
        customers = await customers_offered(conn)
        products = await products_offered(conn, currency=form.currency)
        currencies = await product_currencies(conn)
    choices = {"customers": customers.choices, "products": products.choices, "currencies": currencies}
    return render(request, "orders/form.html", {"form": form, **choices}, status=status)
