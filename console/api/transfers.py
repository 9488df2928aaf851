"""Money moved between two accounts."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from console.api import schema
from console.api.access import Bearer, client_of
from console.api.idempotency import HEADER, PARAMETER, key_of, mark, wrong_key
from console.api.openapi import problems
from console.api.problems import Problem, bad_key
from orders.rules.money import MAX_AMOUNT
from orders.schema import Currency, Name, Strict
from orders.transfer import TransferRefused, transfer
from orders.wrong import whole_number

router = Router(tags=["transfers"])

#: Which field of the body, or header, a refusal is about.
FIELD = {
    "not_positive": "amount",
    "too_large": "amount",
    "below_allowed_balance": "amount",
    "same_account": "credit",
    "currency_mismatch": "currency",
    "key_reused": HEADER,
}


class TransferIn(Strict):
    """``amount`` is in minor units of the currency, which is both accounts'."""

    debit: Name
    credit: Name
    amount: Annotated[int, whole_number(1, MAX_AMOUNT)]
    currency: Currency
    reason: Name | None = None


@router.post(
    "",
    auth=Bearer("orders.make_transfer"),
    response={201: schema.TransferMade},
    openapi_extra=problems(400, 401, 403, 413, 415, 422, 503, parameters=[PARAMETER]),
    operation_id="make_transfer",
)
async def make_transfer(request: HttpRequest, response: HttpResponse, body: TransferIn) -> Any:
    """Move money from the account ``debit`` to the account ``credit``, at once or not at all."""
    if wrong_key(request):
        raise bad_key(request)
    try:
        answer = await transfer(
            debit=body.debit,
            credit=body.credit,
            amount=body.amount,
            currency=body.currency,
            key=key_of(request),
            actor=f"user:{client_of(request).username}",
            reason=body.reason or "",
        )
    except TransferRefused as refusal:
        errors = [{"field": FIELD.get(refusal.code, ""), "message": refusal.message}]
        raise Problem(422, refusal.code, refusal.message, errors=errors) from refusal
    mark(response, answer.replayed)
    return answer
