"""Orders: taken in, read one by one and in pages."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import ValidationError, WrapValidator

from console.api import schema
from console.api.access import Bearer, client_of
from console.api.idempotency import HEADER, PARAMETER, key_of, mark, wrong_key
from console.api.openapi import problems
from console.api.paging import Limit, asked, page
from console.api.problems import Problem, bad_key, invalid, not_found
from jobs import db
from orders import store
from orders.models import OrderState
from orders.schema import OrderIn
from orders.schema import problems as found_in
from orders.submit import Refusal, Submission, submit
from orders.unfit import unknown
from orders.wrong import MAX_PROBLEMS

router = Router(tags=["orders"])

STATUS = {"invalid": 422, "key_reused": 422, "running": 409, "duplicate_reference": 409, "busy": 503}


class Unfit(NamedTuple):
    """A body that is no order, and why."""

    raw: Any
    errors: Sequence[Mapping[str, Any]]


def _order_or_unfit(raw: Any, validate: Any) -> Any:
    try:
        return validate(raw)
    except ValidationError as error:
        return Unfit(raw, found_in(error))


#: Not refused where it is read: then nothing else could be said of it.
Sent = Annotated[OrderIn, WrapValidator(_order_or_unfit)]


@router.post(
    "",
    auth=Bearer("orders.add_order"),
    response={202: schema.OrderKept},
    openapi_extra=problems(400, 401, 403, 409, 413, 415, 422, 503, parameters=[PARAMETER]),
    operation_id="submit_order",
)
async def submit_order(request: HttpRequest, response: HttpResponse, order: Sent) -> Any:
    """Take an order in. It is secured and fulfilled afterwards; the Location tells how it goes on."""
    if isinstance(order, Unfit) or wrong_key(request):
        raise await _all_that_is_wrong(request, order)
    client = client_of(request)
    [outcome] = await submit(
        [Submission(order, key_of(request))],
        client=client.user_id,
        actor=f"user:{client.username}",
        door="api",
    )
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    response["Location"] = f"{request.path.rstrip('/')}/{outcome.id}"
    mark(response, outcome.replayed)
    return outcome


async def _all_that_is_wrong(request: HttpRequest, sent: OrderIn | Unfit) -> Problem:
    """Header, body, and what the shop does not know, in one answer."""
    unfit = sent if isinstance(sent, Unfit) else Unfit(sent.model_dump(), [])
    wrong = [*unfit.errors, *await unknown(unfit.raw)]
    return invalid([*wrong_key(request), *wrong][:MAX_PROBLEMS]) if wrong else bad_key(request)


def refused(refusal: Refusal) -> Problem:
    """The problem a refusal is for who talks HTTP: there the key is a header."""
    errors = [
        {"field": HEADER if error["field"] == "key" else error["field"], "message": error["message"]}
        for error in refusal.errors
    ]
    words = {
        "invalid": _("the order cannot be taken in"),
        "key_reused": _("this Idempotency-Key was used before, with another order"),
        "running": _("the request with this Idempotency-Key is being worked on; try again"),
        "duplicate_reference": _("this reference was used before"),
        "busy": _("too many orders are coming in right now; try again"),
    }[refusal.code]
    status = STATUS[refusal.code]
    return Problem(status, refusal.code, words, errors=errors, retry_after=refusal.retry_after)


@router.get(
    "",
    auth=Bearer("orders.view_order"),
    response=schema.OrderPage,
    openapi_extra=problems(400, 401, 403, 422, 503),
    operation_id="list_orders",
)
async def list_orders(
    request: HttpRequest,
    state: OrderState | None = None,
    before: UUID | None = None,
    limit: Limit = 50,
) -> Any:
    """A page of orders, newest first."""
    asked(request, "state", "before", "limit")
    async with db.connection() as conn:
        rows = await store.orders_page(conn, state=state, before=before, limit=limit + 1)
    return page("orders", rows, limit)


@router.get(
    "/{uuid:id}",
    auth=Bearer("orders.view_order"),
    response=schema.OrderDetail,
    openapi_extra=problems(401, 403, 404, 503),
    operation_id="get_order",
)
async def get_order(request: HttpRequest, id: UUID) -> Any:
    """One order with its lines, timeline, transfers, quotes and, for who may see jobs, its jobs."""
    async with db.connection() as conn:
        detail = await store.order_detail(conn, id)
    if detail is None:
        raise not_found()
    if not client_of(request).may("jobs.view_job"):
        detail["jobs"] = None
    return detail
