"""The button that cancels an order."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from console.actions import CANCEL_ORDER, shown
from console.views.access import PageRequest, page
from console.views.confirm import actor_of, confirm, reason_of
from console.views.paging import uuid_or_404
from console.words import word
from jobs import db
from orders import store
from orders.cancel import cancel
from orders.rules.actions import actions


@page("orders.view_order", CANCEL_ORDER.permission, methods=("GET", "POST"))
async def order_cancel(request: PageRequest, id: str) -> HttpResponse:
    order = uuid_or_404(id)
    if request.method != "POST":
        async with db.connection() as conn:
            rows = await store.order_rows(conn, [order])
        if not rows:
            raise Http404
        number, code = rows[0]["number"], actions(rows[0]["state"])["cancel"]
        asked = shown(CANCEL_ORDER, request.user, code, id=id, key=str(number))
        return confirm(
            request, asked, _("Order %(number)s") % {"number": number}, reverse("order", args=[id])
        )
    answer = await cancel(order, actor=actor_of(request), reason=reason_of(request))
    told = {"number": answer.number, "why": word("why-order", answer.code)}
    match answer.code:
        case "":
            messages.success(request, _("Order %(number)s is cancelled.") % told)
        case "unknown":
            raise Http404
        case "cancelled":
            messages.info(request, _("Order %(number)s was cancelled before: nothing changed.") % told)
        case _code:
            messages.error(request, _("Order %(number)s was not cancelled. %(why)s") % told)
    return redirect("order", id)
