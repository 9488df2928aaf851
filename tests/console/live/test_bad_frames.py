"""Bad input on a socket: an error with the command's id, the socket lives on, nothing is written."""

import asyncio
import json

import orjson
from asgiref.sync import sync_to_async
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from console.live import filters, frames, topics
from console.live.hub import KEPT, Hub
from console.live.person import Credential, Person
from console.live.socket import FAILED, TURN, Socket
from jobs import db
from jobs.encode import MAX_DEPTH
from orders.schema import OrderIn, canonical, digest
from orders.wrong import MAX_PROBLEMS
from tests.console.live.conftest import ORIGIN, cookie_of, order

TABLES = ("orders", "order_line", "order_event", "idempotency_key", "job", "job_history", "transfer", "audit")
#: As deep as a frame may be, in the object it is sent in.
DEEP = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)


async def rows():
    return {table: await db.pool().fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


def command(**fields):
    return json.dumps({"id": 7} | fields)


def deep(**fields):
    """A command whose field DEEP is as many lists deep as it may be."""
    return orjson.dumps({"id": 7} | fields).replace(b'"DEEP"', DEEP).decode()


def submit(key="k", **fields):
    return command(type="submit", key=key, order=order(**fields))


#: What is sent → the error's code. The id is 7 and comes back.
ANSWERED = {
    "no type": (command(), "unknown_type"),
    "a number for a type": (command(type=1), "unknown_type"),
    "a deep type": (deep(type="DEEP"), "unknown_type"),
    "a long type": (command(type="x" * 100_000), "unknown_type"),
    "a topic that is a number": (command(type="subscribe", topic=7), "unknown_topic"),
    "a topic that is nothing": (command(type="subscribe"), "unknown_topic"),
    "a deep topic": (deep(type="subscribe", topic="DEEP"), "unknown_topic"),
    "a long topic": (command(type="subscribe", topic="order:" + "0" * 100_000), "unknown_topic"),
    "a topic with NUL": (command(type="subscribe", topic="orders\0"), "unknown_topic"),
    "a bad UUID": (command(type="subscribe", topic="order:nonsense"), "unknown_topic"),
    "an order nobody knows": (command(type="subscribe", topic=f"order:{'0' * 32}"), "not_found"),
    "leaving no topic": (command(type="unsubscribe"), "unknown_topic"),
    "leaving a deep topic": (deep(type="unsubscribe", topic="DEEP"), "unknown_topic"),
    "seeing a deep topic": (deep(type="seen", seq=1, topic="DEEP"), "unknown_topic"),
    "seeing half a frame": (command(type="seen", topic="orders", seq=1.5), "bad_frame"),
    "seeing true": (command(type="seen", topic="orders", seq=True), "bad_frame"),
    "a filter that is a list": (command(type="subscribe", topic="orders", filter=[1]), "bad_filter"),
    "a filter of numbers": (command(type="subscribe", topic="orders", filter={"state": 1}), "bad_filter"),
    "a filter with NUL": (command(type="subscribe", topic="orders", filter={"state": "\0"}), "bad_filter"),
    "a long filter": (
        command(type="subscribe", topic="jobs", filter={"task": "x" * 201}),
        "bad_filter",
    ),
    "a deep filter": (deep(type="subscribe", topic="orders", filter="DEEP"), "bad_filter"),
    "no order": (command(type="submit", key="k"), "invalid"),
    "a deep order": (deep(type="submit", key="k", order="DEEP"), "invalid"),
    "no key": (command(type="submit", order=order()), "invalid"),
    "an empty key": (submit(key=""), "invalid"),
    "a long key": (submit(key="x" * 256), "invalid"),
    "a key with a space": (submit(key="two words"), "invalid"),
    "a key of other letters": (submit(key="ключ"), "invalid"),
    "a key that is a number": (submit(key=1), "invalid"),
    "half a unit": (submit(quantity=2.5), "invalid"),
    "a whole fraction": (submit(quantity=2.0), "invalid"),
    "a unit as text": (submit(quantity="2"), "invalid"),
    "true": (submit(quantity=True), "invalid"),
    "none": (submit(quantity=0), "invalid"),
    "less than none": (submit(quantity=-1), "invalid"),
    "beyond 2^63": (submit(quantity=2**63), "invalid"),
    "NUL": (submit(customer="C\0"), "invalid"),
    "an unknown field": (submit(colour="red"), "invalid"),
    "1,000 lines of them": (submit(lines=[{"sku": "", "quantity": 0}] * 1_000), "invalid"),
    "90,000 of them": (submit(**{f"{number:x}": 1 for number in range(90_000)}), "invalid"),
}

#: What has no id that could come back: that is nothing, then.
UNREADABLE = {
    "nothing": "",
    "half an object": "{",
    "a list": "[]",
    "a text": '"x"',
    "NaN": '{"id": NaN}',
    "a number past a double": '{"id": 1e400, "type": "ping"}',
    "an id past 2^64": f'{{"id": {2**64}, "type": "ping"}}',
    "half an id": '{"id": 1.5, "type": "ping"}',
    "true for an id": '{"id": true, "type": "ping"}',
    "a list for an id": '{"id": [7], "type": "ping"}',
    "a long id": json.dumps({"id": "x" * 101, "type": "ping"}),
    "two ids": '{"id": 1, "id": 2, "type": "ping"}',
    "half a character": '{"id": "\\ud800"}',
    "10,000 lists deep": "[" * 10_000 + "]" * 10_000,
    "10,000 objects deep": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "NULs": "\0" * 100,
}


async def test_every_bad_command_is_answered_with_its_id_and_the_socket_lives(desk):
    seat = await desk.sit()
    before = await rows()
    for label, (text, code) in ANSWERED.items():
        await seat.communicator.send_to(text)
        answer = await seat.frame()
        assert (answer["type"], answer["id"], answer["code"]) == ("error", 7, code), label
        assert len(orjson.dumps(answer)) < 10_000, label
        assert len(answer.get("errors", ())) <= MAX_PROBLEMS
    assert await seat.silent()
    assert await rows() == before


async def test_what_is_no_command_is_answered_and_the_socket_lives(desk):
    seat = await desk.sit()
    for label, text in UNREADABLE.items():
        await seat.communicator.send_input({"type": "websocket.receive", "text": text})
        answer = await seat.frame()
        assert (answer["type"], answer["id"], answer["code"]) == ("error", None, "bad_frame"), label
    await seat.communicator.send_input({"type": "websocket.receive", "bytes": b'{"type": "ping"}'})
    assert (await seat.frame())["code"] == "bad_frame"
    assert await seat.silent()


async def test_what_is_no_json_is_told_in_words_of_ours(desk):
    seat = await desk.sit()
    said = {}
    for text in ("{", '{"id": 1e400}', "[" * 2_000, '{"id": 1, "id": 2}', '{"id": "\\ud800"}'):
        await seat.communicator.send_to(text)
        said[text[:20]] = (await seat.frame())["message"]
    assert said == {
        "{": "the command cannot be read: it is not JSON at character 2",
        '{"id": 1e400}': "the command cannot be read: the number at character 8 is too large",
        "[" * 20: "the command cannot be read: it is nested deeper than 200 levels",
        '{"id": 1, "id": 2}': "the command cannot be read: the field 'id' is there twice",
        '{"id": "\\ud800"}': "the command cannot be read: it is not JSON at character 9",
    }


async def test_a_topic_in_capitals_is_left_by_the_name_it_was_watched_under(desk):
    order_id = (await desk.submit()).id
    seat = await desk.sit()
    name = f"order:{str(order_id).upper()}"
    await seat.send(type="subscribe", id=1, topic=name)
    assert (await seat.frame("ack"))["data"]["topic"] == f"order:{order_id}"
    assert (await seat.frame())["type"] == "snapshot"
    await seat.send(type="unsubscribe", id=2, topic=name)
    assert (await seat.frame("ack"))["id"] == 2
    (socket,) = desk.sockets._sockets
    assert socket.reader.subscriptions == {}


async def test_thousands_of_distinct_topics_and_filters_leave_no_more_than_are_kept(desk):
    seat = await desk.sit()
    for number in range(1_000):
        await seat.send(type="subscribe", id=number, topic=f"order:{number:032x}")
        assert (await seat.frame())["code"] == "not_found"
    for number in range(KEPT + 50):
        await seat.send(type="subscribe", id=number, topic="orders", filter={"customer": f"C{number}"})
        assert (await seat.frame("ack"))["id"] == number
        await seat.frame("snapshot")
    (socket,) = desk.sockets._sockets
    assert len(socket.reader.subscriptions) == 1
    assert len(desk.hub.watches) <= KEPT + 1


async def test_a_session_named_by_a_nul_is_nobodys(desk):
    await desk.person()
    for cookie in (b'sessionid="aaaaaaaaaa\\000"', b"sessionid=\xff\xff\xff\xff\xff\xff\xff\xff", b"=;;="):
        accepted, *_ = await desk.knock((b"cookie", cookie), (b"origin", ORIGIN))
        assert accepted is False, cookie


async def test_an_origin_that_is_none_is_another_site(desk):
    cookie = await sync_to_async(cookie_of)(await desk.person())
    for origin in (b"null", b"http://evil.example", b"\xff", b"http://", b"", ORIGIN + b".evil", b"http://["):
        accepted, *_ = await desk.knock((b"cookie", cookie), (b"origin", origin))
        assert accepted is False, origin
    accepted, *_ = await desk.knock((b"cookie", cookie))
    assert accepted is False


# ── anything at all ──────────────────────────────────────────────────────────────────────────────────────

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
WORDS = st.sampled_from(["subscribe", "unsubscribe", "seen", "submit", "ping"])
NAMES = st.sampled_from(["orders", "jobs", "dashboard", "order:x"]) | ANYTHING
COMMANDS = st.fixed_dictionaries(
    {},
    optional={
        "id": SCALARS,
        "type": WORDS | ANYTHING,
        "topic": NAMES,
        "filter": ANYTHING,
        "since": ANYTHING,
        "seq": ANYTHING,
        "key": ANYTHING,
        "order": ANYTHING,
    },
)
MESSAGES = st.one_of(
    COMMANDS.map(lambda value: {"text": json.dumps(value)}),
    ANYTHING.map(lambda value: {"text": json.dumps(value)}),
    st.text().map(lambda text: {"text": text}),
    st.binary().map(lambda data: {"bytes": data}),
    st.just({}),
)
NOBODY = Person(0, "nobody", frozenset({"orders.add_order"}))


class Deaf(Hub):
    """A hub that reads nothing: what may be watched is not the question here."""

    async def subscribe(self, reader, topic, filter, since, ack):
        await reader.send(ack(False))


async def answers_to(messages):
    """What one real socket answers to these messages and a last ping, until its client hangs up."""
    waiting = [{"type": "websocket.receive", **message} for message in messages]
    waiting += [{"type": "websocket.receive", "text": '{"type":"ping","id":"last"}'}]
    waiting += [{"type": "websocket.disconnect", "code": 1000}]
    sent = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    async with asyncio.timeout(10):
        await Socket(Deaf(), NOBODY, Credential("token", "x"), send).serve(receive)
    return sent


async def test_a_flood_of_commands_leaves_the_others_their_turn():
    turns = 0

    async def others():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(others())
    sent = await answers_to([{"text": "{"}] * (100 * TURN))
    other.cancel()
    assert len(sent) == 100 * TURN + 1
    assert turns >= 100


@bounded(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(MESSAGES, max_size=5))
def test_whatever_comes_is_answered_and_the_socket_lives(messages):
    sent = asyncio.run(answers_to(messages))
    assert all(message["type"] == "websocket.send" for message in sent), (sent, FAILED)
    answers = [orjson.loads(message["text"]) for message in sent]
    assert {answer["type"] for answer in answers} <= {"ack", "error"}
    assert {"type": "ack", "id": "last", "data": {}} in answers  # what is looked up is answered behind it


@bounded(max_examples=200, deadline=None, derandomize=True, database=None)
@given(MESSAGES)
def test_a_frame_is_a_command_or_refused_and_an_id_comes_back_as_it_came(message):
    try:
        command = frames.parse(message)
    except frames.BadFrame:
        return
    assert isinstance(command, dict)
    echoed = json.loads(frames.ack(command.get("id"))["text"])["id"]
    assert (type(echoed), echoed) == (type(command.get("id")), command.get("id"))


@bounded(max_examples=200, deadline=None, derandomize=True, database=None)
@given(NAMES, ANYTHING)
def test_a_topic_and_its_filter_are_one_form_or_refused(name, raw):
    try:
        topic = topics.parse(name)
        found = filters.parse(topic, raw)
    except (topics.UnknownTopic, filters.BadFilter):
        return
    assert topics.parse(str(topic)) == topic
    assert hash((topic, found)) is not None
    assert filters.matches(found, dict(found))


SKUS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=100)
ORDERS = st.builds(
    OrderIn,
    customer=SKUS,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    lines=st.lists(
        st.fixed_dictionaries({"sku": SKUS, "quantity": st.integers(1, 10**6)}), min_size=1, max_size=5
    ),
    reference=st.none() | SKUS,
)


@bounded(max_examples=150, deadline=None, derandomize=True, database=None)
@given(ORDERS)
def test_an_orders_canonical_form_is_the_same_order(wanted):
    again = OrderIn.model_validate(orjson.loads(canonical(wanted)))
    assert again == wanted
    assert digest(again) == digest(wanted)
