"""What fits what somebody is typing into a form, as JSON: a hundred at most, and whether there are more."""

from django.http import HttpResponse, JsonResponse

from console.views.access import PageRequest, page
from orders import store
from orders.admission import looking_up
from orders.choices import Offer, accounts_offered, customers_offered, products_offered


@page("orders.add_order")
async def customer_choices(request: PageRequest) -> HttpResponse:
    async with looking_up() as conn:
        return told(await customers_offered(conn, request.GET.get("q", "")))


@page("orders.add_order")
async def product_choices(request: PageRequest) -> HttpResponse:
    async with looking_up() as conn:
        offer = await products_offered(
            conn, request.GET.get("q", ""), currency=request.GET.get("currency") or None
        )
    return told(offer)


@page("orders.view_account", "orders.make_transfer")
async def account_choices(request: PageRequest) -> HttpResponse:
    """Accounts that money of the account ``not`` can go to: those in its currency."""
    code = request.GET.get("not", "").replace("\x00", "")
    async with looking_up() as conn:
        account = await store.account_by_code(conn, code)
        if account is None:
            return told(Offer([], more=False))
        offer = await accounts_offered(
            conn, request.GET.get("q", ""), currency=account["currency"], but=account["code"]
        )
    return told(offer)


def told(offer: Offer) -> JsonResponse:
    """``{"choices": [{"code", "name", "price"?, "currency"?}], "more"}``; the price in minor units."""
    choices = []
    for row in offer.choices:
        choice = {"code": row["code"], "name": row["name"]}
        if "price" in row:
            choice |= {"price": row["price"], "currency": row["currency"]}
        choices.append(choice)
    return JsonResponse({"choices": choices, "more": offer.more})
