"""One account, and transfers out of it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from console.amounts import amount_words
from console.forms import TransferForm
from console.views.access import PageRequest, page
from jobs import db
from orders import store
from orders.admission import looking_up
from orders.choices import NAMED, accounts_meant, accounts_offered, guess
from orders.transfer import TransferRefused
from orders.transfer import transfer as make_transfer

#: Why a transfer was refused → the field it is shown at; the rest stands above the form.
FIELDS = {
    "not_positive": "amount",
    "too_large": "amount",
    "below_allowed_balance": "amount",
    "same_account": "credit",
    "unknown_account": "credit",
    "currency_mismatch": "credit",
}


def account_address(code: str) -> str:
    return reverse("account", args=[code])


@page("orders.view_account")
async def account_page(request: PageRequest, code: str) -> HttpResponse:
    return await show(request, await account_or_404(code), TransferForm(key=str(uuid4())))


@page("orders.view_account", "orders.make_transfer", methods=("POST",), form_at=account_address)
async def transfer(request: PageRequest, code: str) -> HttpResponse:
    """Move money out of this account. Its key comes with the form: sent twice, it is one transfer."""
    account = await account_or_404(code)
    form = TransferForm.read(request.POST)
    currency: str = account["currency"]
    async with looking_up() as conn:
        accounts = await accounts_meant(conn, [form.credit], currency=currency)
        guessed = await guess(
            accounts, lambda text: accounts_offered(conn, text, NAMED, currency=currency, but=code)
        )
    form.understand(accounts, unsure=guessed)
    amount = form.minor_units(account["currency"])
    if amount is None:
        return await show(request, account, form, status=422)
    try:
        await make_transfer(
            debit=code,
            credit=form.credit,
            amount=amount,
            currency=account["currency"],
            key=form.key,
            actor=f"user:{request.user.get_username()}",
            reason=form.reason,
        )
    except TransferRefused as refused:
        if refused.code == "key_reused":
            form.key = str(uuid4())
        form.errors[FIELDS.get(refused.code, "form")].append(refused.said(amount_words))
        return await show(request, account, form, status=422)
    done = {"amount": amount_words(amount, account["currency"]), "account": form.credit}
    messages.success(request, _("%(amount)s went to %(account)s.") % done)
    return redirect("account", code)


async def account_or_404(code: str) -> dict[str, Any]:
    if "\x00" in code:
        raise Http404
    async with db.connection() as conn:
        account = await store.account_detail(conn, code)
    if account is None:
        raise Http404
    return account


async def show(
    request: PageRequest, account: dict[str, Any], form: TransferForm, status: int = 200
) -> HttpResponse:
    others: list[dict[str, Any]] = []
    if request.user.has_perm("orders.make_transfer"):
        async with looking_up() as conn:
            offer = await accounts_offered(conn, currency=account["currency"], but=account["code"])
        others = offer.choices
    context = {"account": account, "form": form, "others": others}
    return render(request, "accounts/detail.html", context, status=status)
