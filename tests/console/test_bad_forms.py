"""Bad input at the pages and their forms: an error in words, nothing written, never a fault of ours."""

import asyncio
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import AsyncClient

from console.asgi import build
from console.lifespan import Life
from console.media import readable
from console.size import MAX_BODY, announced
from jobs import db
from tests.console.desk import browser, open_shop

TABLES = ("orders", "order_line", "order_event", "idempotency_key", "job", "job_history", "transfer", "audit")
FORM = "application/x-www-form-urlencoded"
WALLET = "/accounts/wallet:C001:EUR/transfer/"


async def rows():
    return {table: await db.pool().fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


def order(**fields):
    form = {"key": str(uuid4()), "customer": "C001", "currency": "EUR", "sku": "TEA", "quantity": "2"}
    return form | fields


def transfer(**fields):
    return {"key": str(uuid4()), "credit": "cash:EUR", "amount": "1.00", "reason": "why"} | fields


#: What is typed → what stands in the page. Each is a 422 with the form.
ORDERS = {
    "no key": (order(key=""), "without its key"),
    "a key that is none": (order(key="x" * 10_000), "without its key"),
    "NUL for a key": (order(key="\0"), "without its key"),
    "no customer": (order(customer=""), "Name the customer."),
    "NUL": (order(customer="C\0"), "NUL"),
    "a long customer": (order(customer="x" * 101), "Nothing fits"),
    "a very long customer": (order(customer="x" * 500_000), "At most 100 characters."),
    "half a character": (order(customer="\ufffd"), "customer"),
    "no currency": (order(currency=""), "Choose the currency."),
    "no such currency": (order(currency="XXX"), "currency"),
    "NUL for a currency": (order(currency="\0"), "currency"),
    "a long reference": (order(reference="x" * 101), "At most 100 characters."),
    "NUL in a SKU": (order(sku="T\0"), "NUL"),
    "half a unit": (order(quantity="2.5"), "Type a whole number"),
    "a whole fraction": (order(quantity="2.0"), "Type a whole number"),
    "none": (order(quantity="0"), "Type a whole number"),
    "less than none": (order(quantity="-1"), "Type a whole number"),
    "words": (order(quantity="two"), "Type a whole number"),
    "digits of elsewhere": (order(quantity="٢"), "Type a whole number"),
    "past a double": (order(quantity="1e400"), "Type a whole number"),
    "NaN": (order(quantity="NaN"), "Type a whole number"),
    "10,000 digits": (order(quantity="9" * 10_000), "Type a whole number"),
    "NUL for a quantity": (order(quantity="2\0"), "Type a whole number"),
    "1,001 lines": (order(sku=["TEA"] * 1_001, quantity=["1"] * 1_001), "The form takes 100 lines"),
}
TRANSFERS = {
    "no key": (transfer(key=""), "without its key"),
    "no account": (transfer(credit=""), "Name the account"),
    "NUL for an account": (transfer(credit="\0"), "Name the account"),
    "nobody's account": (transfer(credit="x" * 10_000), "There is no account"),
    "no reason": (transfer(reason="\0"), "Say why"),
    "nothing": (transfer(amount="0"), "Type more than nothing."),
    "less than nothing": (transfer(amount="-1"), "Type more than nothing."),
    "too many decimals": (transfer(amount="1.001"), "Type an amount with at most 2 decimals"),
    "words": (transfer(amount="ten"), "Type an amount"),
    "NaN": (transfer(amount="NaN"), "Type an amount"),
    "past a double": (transfer(amount="1e400"), "Type an amount"),
    "beyond 2^63": (transfer(amount=str(2**63)), "Type an amount"),
    "10,000 digits": (transfer(amount="9" * 10_000), "Type an amount"),
    "digits of elsewhere": (transfer(amount="٢"), "Type an amount"),
}


@pytest.mark.parametrize(
    ("address", "table"),
    [pytest.param("/orders/new/", ORDERS, id="order"), pytest.param(WALLET, TRANSFERS, id="transfer")],
)
async def test_what_is_typed_wrongly_is_said_at_the_form(database, subtests, address, table):
    await open_shop()
    admin = await browser("admin")
    before = await rows()
    for label, (form, words) in table.items():
        with subtests.test(label):
            answer = await admin.post(address, urlencode(form, doseq=True), content_type=FORM)
            assert answer.status_code == 422
            assert words in answer.content.decode()
    assert await rows() == before


#: Bodies that are no form of ours: kind, body → status.
BODIES = {
    "one byte too much": (FORM, b"customer=" + b"x" * (MAX_BODY - 8), 413),
    "five mebibytes": (FORM, b"customer=" + b"x" * (5 << 20), 413),
    "five mebibytes of parts": ("multipart/form-data; boundary=x", b"--x\r\n" * (1 << 20), 413),
    "20,000 fields": (FORM, b"&".join([b"sku=a&quantity=1"] * 10_000), 400),
    "no boundary": ("multipart/form-data", b"abc", 400),
    "no parts": ("multipart/form-data; boundary=x", b"abc", 422),
    "a part without an end": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="customer"\r\n\r\nC001',
        422,
    ),
    "2,200 parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="sku"\r\n\r\nT\r\n' * 2_200 + b"--x--\r\n",
        400,
    ),
    "another kind": ("text/plain", b"customer=C001", 422),
    "JSON": ("application/json", b'{"customer": "C001"}', 422),
    "nothing": (FORM, b"", 422),
    "no UTF-8": (FORM, b"customer=%ff%fe&currency=\xff", 422),
    "no form": (FORM, b"&&&===;;;%%%", 422),
}


async def test_a_body_that_is_no_form_is_told_so_in_words(database, subtests):
    await open_shop()
    operator = await browser("operator")
    before = await rows()
    for label, (kind, body, status) in BODIES.items():
        with subtests.test(label):
            answer = await operator.post("/orders/new/", body, content_type=kind)
            assert (answer.status_code, answer.headers["Content-Type"][:9]) == (status, "text/html")
            words = {413: "larger than any form", 400: "Nothing of it was kept", 422: "Name the product."}
            assert words[status] in answer.content.decode()
            assert ("more fields than any form" in answer.content.decode()) == label.startswith("2")
            assert "Content-Security-Policy" in answer.headers
    assert await rows() == before


async def test_the_largest_order_there_may_be_fits_into_a_form(database):
    await open_shop()
    operator = await browser("operator")
    form = order(sku=["€" * 100] * 1_000, quantity=["1000000"] * 1_000)
    body = urlencode(form, doseq=True)
    assert len(body) < MAX_BODY
    answer = await operator.post("/orders/new/", body, content_type=FORM)
    assert answer.status_code == 422
    assert "€" in answer.content.decode()


async def test_too_large_is_said_before_anybody_signs_in_and_in_their_language(database):
    answer = await AsyncClient().post(
        "/sign-in/", b"x" * (MAX_BODY + 1), content_type=FORM, headers={"Accept-Language": "zh-hans"}
    )
    assert answer.status_code == 413
    assert 'lang="zh-hans"' in answer.content.decode()


#: Questions → status; none is a fault of ours.
QUESTIONS = {
    "/orders/?before=nonsense": 404,
    "/orders/?before=%00": 404,
    "/orders/?q=%00": 404,
    "/orders/?q=" + "9" * 5_000: 200,
    "/orders/?state=%ff": 404,
    "/orders/?" + "&".join(["a=1"] * 3_000): 400,
    "/jobs/?task=%00": 404,
    "/jobs/?task=%ed%a0%80": 200,
    "/jobs/?before=x": 404,
    "/accounts/?after=%00": 404,
    "/accounts/?after=" + "x" * 10_000: 200,
    "/accounts/%00/": 404,
    "/accounts/%ff/": 404,
    "/accounts/" + "a/" * 500: 404,
    "/orders/%00/": 404,
    "/orders/%ed%a0%80/": 404,
    "/jobs/" + "0" * 5_000 + "/": 404,
    "/sign-in/%00/": 410,
    "/sign-in/%ff/": 410,
    "/sign-in/?next=http://[": 302,
    "/static/%00": 404,
}


async def test_an_address_that_asks_nonsense_is_answered(database, subtests):
    admin = await browser("admin")
    for address, status in QUESTIONS.items():
        with subtests.test(address[:40]):
            assert (await admin.get(address)).status_code == status


async def test_head_is_like_get(database, subtests):
    await open_shop()
    admin = await browser("admin")
    for address in ("/", "/orders/", "/orders/new/", "/jobs/", "/accounts/", "/accounts/cash:EUR/"):
        with subtests.test(address):
            assert (await admin.head(address)).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
async def test_a_method_no_page_has_is_not_allowed(database, method):
    admin = await browser("admin")
    for address in ("/orders/", "/orders/new/", "/jobs/", "/accounts/"):
        assert (await getattr(admin, method)(address)).status_code == 405


async def test_another_hosts_name_is_not_understood(database):
    for host in ("evil.example", "a b", "[[", "127.0.0.1:x"):
        answer = await AsyncClient().get("/sign-in/", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "Not understood" in answer.content.decode()


COOKIES = [
    pytest.param('sessionid="aaaaaaaaaa\\000"', id="NUL"),
    pytest.param('sessionid="\\377\\376aaaaaaaa"', id="no ASCII"),
    pytest.param("sessionid=" + "a" * 5_000, id="long"),
    pytest.param("sessionid=AAAAAAAAAAAAAAAA", id="capitals"),
    pytest.param("=;;=; sessionid; csrftoken=\\000", id="no cookie"),
    pytest.param('django_language="\\000"; messages=nonsense', id="others"),
]


@pytest.mark.parametrize("cookie", COOKIES)
async def test_a_broken_cookie_is_nobodys(database, cookie):
    answer = await AsyncClient().get("/orders/", headers={"Cookie": cookie})
    assert (answer.status_code, answer.headers["Location"][:9]) == (302, "/sign-in/")


KINDS = [
    pytest.param(b"application/json", True, id="JSON"),
    pytest.param(b"application/json; charset=UTF-8", True, id="UTF-8"),
    pytest.param(b'application/json;charset="utf-8"', True, id="UTF-8 in quotes"),
    pytest.param(b"application/x-www-form-urlencoded", True, id="a form"),
    pytest.param(b"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", True, id="Chromium"),
    pytest.param(b"multipart/form-data; boundary=geckoformboundary3f-2'(),+_./:=?", True, id="any boundary"),
    pytest.param(b'multipart/form-data; boundary="a b"', True, id="a boundary in quotes"),
    pytest.param(b"text/plain; charset=base64", False, id="a codec"),
    pytest.param(b"text/plain; charset=latin-1", False, id="another charset"),
    pytest.param(b"text/plain; charset*=nope''a", False, id="an encoding of the charset"),
    pytest.param(b"text/plain; charset*0=ut; charset*1=f-8", False, id="a charset in parts"),
    pytest.param(b"text/plain; x*=nope''a%00b", False, id="an encoding of anything"),
    pytest.param(b"\xff", False, id="no ASCII"),
    pytest.param(b"", False, id="nothing"),
]


@pytest.mark.parametrize(("kind", "kept"), KINDS)
def test_a_type_django_fails_on_is_no_type(kind, kept):
    scope = {"type": "http", "headers": [(b"host", b"x"), (b"content-type", kind)]}
    headers = readable(scope)["headers"]
    assert (b"host", b"x") in headers
    assert ((b"content-type", kind) in headers) is kept


@pytest.mark.parametrize("path", ["/orders/", "/api/v1/orders"])
async def test_a_type_django_fails_on_is_no_fault_of_ours(session_pool, path):
    sent = []

    waiting = [{"type": "http.request", "body": b""}]

    async def receive():
        return waiting.pop() if waiting else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"state=%41",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"a/b; charset*=nope''a%00b")],
    }
    await build(Life(run_jobs=False))(scope, receive, send)
    assert sent[0]["status"] in (302, 401)


def test_a_length_nobody_can_read_is_too_large():
    assert announced("9" * 5_000) > MAX_BODY
    assert announced(str(MAX_BODY + 1)) > MAX_BODY
    assert [announced(text) for text in ("", "x", "-1", "²", "7")] == [0, 0, 0, 0, 7]
