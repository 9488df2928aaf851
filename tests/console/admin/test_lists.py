"""The lists: by key, found by what an index finds, on tables of any length."""

import re
from html import unescape

import orjson
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.admin.site import site
from jobs import db
from tests.console.admin.rows import MODELS, address, fill, first_key
from tests.console.desk import browser

pytestmark = pytest.mark.usefixtures("database")

FILL = """
INSERT INTO product (sku, name, currency, price)
SELECT 'P' || lpad(n::text, 7, '0'), 'p', 'EUR', 100 FROM generate_series(1, 5000) AS n;
INSERT INTO stock (sku) SELECT sku FROM product;
INSERT INTO customer (code, name)
SELECT 'X' || lpad(n::text, 7, '0'), 'p' FROM generate_series(1, 5000) AS n;
INSERT INTO account (code, name, currency, customer_id)
SELECT 'wallet:' || code || ':EUR', 'p', 'EUR', id FROM customer;
INSERT INTO balance (account) SELECT id FROM account;
INSERT INTO auth_user (username, password, first_name, last_name, email,
                       is_active, is_staff, is_superuser, date_joined)
SELECT 'u' || n, '', '', '', '', true, false, false, now() FROM generate_series(1, 5000) AS n;
INSERT INTO token (id, user_id, digest) SELECT gen_random_uuid(), id, sha256(username::bytea) FROM auth_user;
INSERT INTO orders (id, number, client, customer, currency, total, state)
SELECT lpad(to_hex(n), 32, '0')::uuid, n + 100000, 1, (SELECT min(id) FROM customer) + n % 1000, 'EUR', 100,
       CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'fulfilled' END
FROM generate_series(1, 8000) AS n;
INSERT INTO order_line (order_id, position, sku, quantity, unit_price, amount)
SELECT id, 1, 'P0000001', 1, 100, 100 FROM orders;
INSERT INTO order_event (order_id, state, actor) SELECT id, 'received', 'a' FROM orders;
INSERT INTO reservation (order_id, sku, quantity) SELECT id, 'P0000001', 1 FROM orders;
INSERT INTO quote (id, order_id, round, carrier) SELECT id, id, 1, 'c' FROM orders;
INSERT INTO transfer (id, debit, credit, amount, currency, state, order_id, actor)
SELECT id, number % 100, 1000, 100, 'EUR',
       CASE WHEN number % 1000 = 0 THEN 'pending' ELSE 'posted' END, id, 'a'
FROM orders;
INSERT INTO audit (actor, action, subject) SELECT 'a', 'x', 'order:' || id FROM orders LIMIT 1000;
INSERT INTO job (id, task, state, subject)
SELECT lpad(to_hex(n), 32, '0')::uuid, 't', 'ready', 'order:' || n FROM generate_series(1, 8000) AS n;
INSERT INTO job_history (id, task, run_at, created_at, state, finished_at, subject)
SELECT lpad(to_hex(n + 1000000), 32, '0')::uuid, 't', clock(), clock(),
       CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'succeeded' END, clock(), 'order:' || n
FROM generate_series(1, 8000) AS n;
INSERT INTO attempt (job, number, fence, started_at, outcome)
SELECT id, 1, 1, clock(), 'failed' FROM job_history;
INSERT INTO pace (key) SELECT 'host:' || n FROM generate_series(1, 5000) AS n;
ANALYZE;
"""

#: Days of the history that nothing ended on.
EMPTY = """
SELECT relid::regclass::text FROM pg_partition_tree('job_history')
WHERE isleaf AND relid NOT IN (SELECT tableoid FROM job_history)
"""

ORDER = "00000000-0000-0000-0000-000000000100"
ASKED = {
    "orders of a state": ("orders.order", "state__exact=failed"),
    "orders of a customer": ("orders.order", "customer=7"),
    "an order by number": ("orders.order", "q=100500"),
    "an order by id": ("orders.order", f"q={ORDER}"),
    "lines of an order": ("orders.orderline", f"order={ORDER}"),
    "timeline of an order": ("orders.orderevent", f"order={ORDER}"),
    "reservations of an order": ("orders.reservation", f"q={ORDER}"),
    "quotes of an order": ("orders.quote", f"q={ORDER}"),
    "transfers of an order": ("orders.transfer", f"order={ORDER}"),
    "transfers out": ("orders.transfer", "debit=7"),
    "money held": ("orders.transfer", "state=pending"),
    "audit of a subject": ("orders.audit", f"subject=order:{ORDER}"),
    "jobs about an order": ("jobs.job", "subject=order:7"),
    "finished jobs about an order": ("jobs.history", "subject=order:7"),
    "finished jobs of a state": ("jobs.history", "state__exact=failed"),
    "attempts of a job": ("jobs.attempt", f"q={ORDER}"),
    "products by their beginning": ("orders.product", "q=P00077"),
    "customers by their beginning": ("orders.customer", "q=X00077"),
    "accounts by their beginning": ("orders.account", "q=wallet:X00077"),
    "wallets of a customer": ("orders.account", "customer=7"),
    "users by their beginning": ("auth.user", "q=u777"),
    "tokens of a user": ("orders.token", "user=77"),
}
#: Workers are as many as there are processes, chains of the audit 32 at most, roles three.
SHORT = {
    "worker", "audit_chain", "auth_group", "auth_permission", "django_content_type", "django_session",
    "auth_group_permissions", "auth_user_groups", "auth_user_user_permissions", "django_admin_log",
}  # fmt: skip


def scanned(plan):
    """The tables a plan reads from end to end."""
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return found.union(*(scanned(child) for child in plan.get("Plans", [])))


def test_no_list_reads_a_long_table_whole_or_counts_it(client):
    root = User.objects.create_user("root")
    root.groups.add(Group.objects.get(name="admin"))
    client.force_login(root)
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute(EMPTY)
        empty = {name for (name,) in cursor.fetchall()}
    addresses = {name: address(name) for name in MODELS}
    for name, model in MODELS.items():
        key = (
            model.objects.order_by().values_list("pk", flat=True)[:1].get() if name != "jobs.worker" else None
        )
        if key is not None:
            addresses[f"one of {name}"] = address(name, "change", key)
    addresses |= {label: f"{address(name)}?{query}" for label, (name, query) in ASKED.items()}
    bad = {}
    for label, where in addresses.items():
        with CaptureQueriesContext(connection) as seen:
            page = client.get(where)
        assert page.status_code == 200, (label, page)
        texts = [query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT")]
        assert len(texts) <= 20, (label, texts)  # not one a row
        for text in texts:
            assert "COUNT(" not in text, label
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON) " + text.replace("%", "%%"), [])
                plan = cursor.fetchone()[0]
            plan = orjson.loads(plan) if isinstance(plan, str) else plan
            if tables := scanned(plan[0]["Plan"]) - SHORT - empty:
                bad[label] = (tables, text)
    assert bad == {}


async def test_a_long_list_goes_on_after_its_last_row_and_comes_to_an_end():
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO pace (key) SELECT 'host:' || lpad(n::text, 3, '0') FROM generate_series(1, 250) AS n"
        )
    client = await browser("admin")
    where, seen, pages = address("jobs.pace"), [], 0
    while where:
        page = (await client.get(where)).content.decode()
        seen += re.findall(r">(host:\d+)</a>", page)
        pages += 1
        following = re.search(r'<a href="([^"]*)" rel="next">', page)
        where = address("jobs.pace") + unescape(following[1]) if following else ""
    assert seen == [f"host:{n:03}" for n in range(1, 251)]
    assert pages == 3
    assert "First page" in page


async def test_a_term_that_is_no_key_finds_nothing_and_breaks_nothing():
    await fill()
    client = await browser("admin")
    for name in set(MODELS) - {"orders.auditchain"}:  # of them there are 32, to look at
        assert (await client.get(address(name), {"q": "\x00"})).status_code == 200, name
        for term in ("100999999999999999999999", "x", "'; --"):
            answer = await client.get(address(name), {"q": term})
            assert answer.status_code == 200, (name, term)
            assert '<td class="field' not in answer.content.decode(), (name, term)


@pytest.mark.parametrize(
    ("name", "lookup"),
    [
        pytest.param("orders.token", "digest__gt", id="a token's digest"),
        pytest.param("orders.token", "user__password__startswith", id="a password over a token"),
        pytest.param("auth.user", "password__startswith", id="a password"),
        pytest.param("auth.user", "groups__permissions__codename", id="over relations"),
        pytest.param("orders.order", "reason__contains", id="what no index finds"),
    ],
)
async def test_an_address_guesses_at_nothing(name, lookup):
    await fill()
    client = await browser("admin")
    assert (await client.get(address(name), {lookup: "a"})).status_code == 400


async def test_an_address_cannot_ask_for_another_order():
    await fill()
    client = await browser("admin")
    plain = (await client.get(address("orders.product"))).content
    assert plain.index(b"BOWL") < plain.index(b"Green tea")
    turned = (await client.get(address("orders.product"), {"o": "-1"})).content
    assert turned.index(b"BOWL") < turned.index(b"Green tea")


async def test_a_broken_key_leads_back_to_the_list():
    await fill()
    client = await browser("admin")
    answer = await client.get(address("orders.order"), {"id__lt": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (302, address("orders.order") + "?e=1")
    assert await first_key("orders.order")


async def test_a_nul_in_an_address_finds_nothing_and_breaks_nothing():
    await fill()
    client = await browser("admin")
    for name, model in MODELS.items():
        listed = site._registry[model]
        filters = [getattr(one, "parameter_name", one) for one in listed.list_filter]
        for lookup in (listed.key()[1], *listed.asked_by, *filters):
            answer = await client.get(address(name), {lookup: "a\x00"})
            assert answer.headers.get("Location") == address(name) + "?e=1", (name, lookup)
        assert (await client.get(address(name, "change", "a\x00"))).status_code == 302, name
