"""Commands over the socket, and what ends one."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from console.live import socket as module
from console.live.submits import IN_FLIGHT
from jobs import db
from orders.catalogue import add_products
from tests.console.live.conftest import ORIGIN, cookie_of, order
from tests.support import eventually

#: One socket serves a whole table here: a refused command changes nothing.
REFUSED = [
    ({"type": "dance"}, "unknown_type"),
    ({}, "unknown_type"),
    ({"type": ["subscribe"]}, "unknown_type"),
    ({"type": "subscribe", "topic": "moon"}, "unknown_topic"),
    ({"type": "subscribe", "topic": "orders", "filter": 7}, "bad_filter"),
    ({"type": "subscribe", "topic": "job:00000000-0000-7000-8000-000000000000"}, "not_found"),
    ({"type": "seen", "topic": "orders", "seq": "many"}, "bad_frame"),
]


async def test_what_cannot_be_done_is_answered_with_its_reason(desk):
    seat = await desk.sit()
    for command, code in REFUSED:
        assert await seat.refused(**command) == code, command


async def test_bad_json_is_answered_and_the_socket_lives(desk):
    seat = await desk.sit()
    for text in ("{", "[1]", "nonsense"):
        await seat.communicator.send_to(text)
        assert (await seat.frame())["code"] == "bad_frame", text
    assert await seat.silent()


async def test_a_socket_has_only_so_many_subscriptions(desk, monkeypatch):
    monkeypatch.setattr(module, "SUBSCRIPTIONS", 2)
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.subscribe("jobs")
    assert await seat.refused(type="subscribe", topic="dashboard") == "too_many"
    assert (await seat.subscribe("jobs", filter={"state": "ready"}))["type"] == "snapshot"


async def test_after_unsubscribing_nothing_more_is_told(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.send(type="unsubscribe", id=2, topic="orders")
    assert (await seat.frame())["id"] == 2
    other = await desk.sit(await desk.person("bob"))
    await other.subscribe("orders")
    await desk.submit()
    await other.frame("event")
    assert await seat.silent()


async def test_what_was_never_watched_cannot_have_been_seen(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.send(type="seen", topic="jobs", seq=1)
    error = await seat.frame()
    assert (error["type"], error["id"], error["code"]) == ("error", None, "not_subscribed")
    assert error["message"] == "this socket is not subscribed to jobs"
    await seat.send(type="seen", topic="orders", seq=1)
    assert await seat.silent()


async def test_what_was_seen_before_leaving_may_be_told_after_it(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.send(type="unsubscribe", id=2, topic="orders")
    await seat.send(type="seen", topic="orders", seq=1)
    assert (await seat.frame())["id"] == 2
    assert await seat.silent()


async def test_a_viewer_may_watch_but_not_submit(desk):
    seat = await desk.sit(await desk.person(role="viewer"))
    assert (await seat.subscribe("orders"))["type"] == "snapshot"
    assert await seat.refused(type="submit", key="k", order=order()) == "forbidden"


async def test_permission_is_checked_at_every_command(desk):
    user = await desk.person()
    seat = await desk.sit(user)
    await sync_to_async(user.groups.clear)()
    await desk.rounds.sessions()
    assert await seat.closed() == module.FORBIDDEN


# ── submitting ───────────────────────────────────────────────────────────────────────────────────────────


async def test_an_order_is_answered_after_its_commit_and_replayed_with_its_key(desk):
    seat = await desk.sit()
    await seat.send(type="submit", id=1, key="k1", order=order())
    first = await seat.frame()
    assert (first["type"], first["id"], first["data"]["state"]) == ("ack", 1, "received")
    assert first["data"]["replayed"] is False
    await seat.send(type="submit", id=2, key="k1", order=order())
    again = await seat.frame()
    assert again["data"]["replayed"] is True
    assert again["data"]["id"] == first["data"]["id"]
    async with db.connection() as conn:
        row = await conn.fetchrow("SELECT door, number FROM orders")
    assert (row["door"], row["number"]) == ("socket", first["data"]["number"])


INVALID = [
    ({"key": "k", "order": order(quantity=0)}, "lines[0].quantity"),
    ({"key": "k", "order": order(customer="X")}, "customer"),
    ({"key": "k"}, ""),
    ({"order": order()}, "key"),
    ({"key": "\n", "order": order()}, "key"),
]


async def test_a_refused_order_is_answered_field_by_field(desk):
    seat = await desk.sit()
    for command, field in INVALID:
        await seat.send(type="submit", id=1, **command)
        error = await seat.frame()
        assert (error["type"], error["id"], error["code"]) == ("error", 1, "invalid"), command
        assert error["errors"][0]["field"] == field, command


async def test_all_that_is_wrong_with_an_order_is_told_at_once(desk):
    seat = await desk.sit()
    lines = [{"sku": "NOPE", "quantity": 10**21}]
    await seat.send(type="submit", id=1, key="", order=order(customer="X", lines=lines, colour="red"))
    errors = {error["field"]: error["message"] for error in (await seat.frame())["errors"]}
    assert errors == {
        "key": "must be 1 to 255 visible ASCII characters",
        "lines[0].quantity": "must be a whole number from 1 to 1000000",
        "colour": "is not a field of this request",
        "customer": "is not an active customer",
        "lines[0].sku": "there is no product NOPE",
    }


async def test_a_product_of_another_currency_is_no_product_that_is_not_there(desk):
    seat = await desk.sit()
    await add_products([{"sku": "BOWL", "name": "Bowl", "currency": "JPY", "price": 1200, "on_hand": 1}])
    lines = [{"sku": "BOWL", "quantity": 1}]
    for wrong in ({}, {"colour": "red"}):  # in form, and not
        await seat.send(type="submit", id=1, key="k", order=order(lines=lines, **wrong))
        errors = {error["field"]: error["message"] for error in (await seat.frame())["errors"]}
        assert errors["lines[0].sku"] == "the product BOWL is sold in JPY, the order is in EUR"


async def test_the_same_key_with_another_order_is_refused(desk):
    seat = await desk.sit()
    await seat.send(type="submit", id=1, key="k", order=order())
    await seat.frame()
    assert await seat.refused(type="submit", key="k", order=order(quantity=2)) == "key_reused"


async def test_orders_that_arrive_together_are_each_answered(desk):
    seat = await desk.sit()
    for number in range(IN_FLIGHT):
        await seat.send(type="submit", id=number, key=f"k{number}", order=order())
    answers = [await seat.frame() for _ in range(IN_FLIGHT)]
    assert {answer["id"] for answer in answers if answer["type"] == "ack"} == set(range(IN_FLIGHT))


async def test_more_orders_than_may_be_in_flight_are_told_to_come_later(desk, monkeypatch):
    monkeypatch.setattr("console.live.submits.IN_FLIGHT", 0)
    seat = await desk.sit()
    await seat.send(type="submit", id=1, key="k", order=order())
    error = await seat.frame()
    assert (error["code"], error["retry_after"]) == ("busy", 1.0)


async def test_one_order_that_cannot_be_written_does_not_hinder_the_others(desk, monkeypatch, caplog):
    caplog.set_level("CRITICAL")
    from console.live import submits

    real = submits.submit

    async def failing(submissions, **more):
        if any(submission.key == "poison" for submission in submissions):
            raise RuntimeError("cannot be written")
        return await real(submissions, **more)

    monkeypatch.setattr(submits, "submit", failing)
    seat = await desk.sit()
    for key in ("a", "poison", "b"):
        await seat.send(type="submit", id=key, key=key, order=order())
    answers = {frame["id"]: frame for frame in [await seat.frame() for _ in range(3)]}
    assert [answers[key]["type"] for key in ("a", "poison", "b")] == ["ack", "error", "ack"]
    assert answers["poison"]["code"] == "unavailable"


async def cut_the_waiting():
    """Ends the connections that wait for a lock; whether there was one."""
    async with db.connection() as conn:
        return await conn.fetchval(
            "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )


async def test_orders_cut_off_from_the_database_are_put_off_together_in_one_line_of_the_log(desk, caplog):
    seat = await desk.sit()
    async with db.transaction() as tx:
        await tx.conn.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        await seat.send(type="submit", id="first", key="first", order=order())
        assert await seat.silent()
        for key in ("a", "b"):  # what comes meanwhile is written together
            await seat.send(type="submit", id=key, key=key, order=order())
        assert await seat.silent()
        for keys in (["first"], ["a", "b"]):
            await eventually(cut_the_waiting)
            for key in keys:
                answer = await seat.frame()
                assert (answer["id"], answer["code"], answer["retry_after"]) == (key, "unavailable", 1.0)
    said = [record for record in caplog.records if record.name == "console.live.submits"]
    assert [record.args[0] for record in said] == [1, 2]
    assert not any(record.exc_info for record in said)


# ── the end of a session ─────────────────────────────────────────────────────────────────────────────────


async def log_out(user):
    await Session.objects.all().adelete()


async def disable(user):
    user.is_active = False
    await user.asave()


async def change_password(user):
    user.set_password("another")
    await user.asave()


async def delete(user):
    await user.adelete()


async def run_out(user):
    await Session.objects.aupdate(expire_date=timezone.now())


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (log_out, "logged_out"),
        (disable, "disabled"),
        (change_password, "password_changed"),
        (delete, "disabled"),
        (run_out, "session_ended"),
    ],
)
async def test_a_session_that_ends_loses_its_sockets_and_they_hear_why(desk, happens, why):
    ada, bob = await desk.person(), await desk.person("bob")
    lost = await desk.sit(ada)
    stays = await desk.sit_with_token(bob)
    await desk.rounds.sessions()
    assert await lost.silent()
    await happens(ada)
    await desk.rounds.sessions()
    assert (await lost.frame("signed_out"))["why"] == why
    assert await lost.closed() == module.SIGNED_OUT
    assert await stays.silent()


async def test_a_revoked_token_loses_its_sockets(desk):
    seat = await desk.sit_with_token(await desk.person())
    async with db.connection() as conn:
        await conn.execute("UPDATE token SET revoked_at = clock()")
    await desk.rounds.sessions()
    assert await seat.closed() == module.SIGNED_OUT


async def test_sessions_are_looked_at_often_enough():
    from console.live import rounds

    assert rounds.SESSIONS < 5


async def test_at_the_end_everybody_is_sent_away_with_a_hint(desk):
    user = await desk.person()
    seat = await desk.sit(user)
    await desk.sockets.close()
    assert (await seat.frame())["type"] == "restart"
    assert await seat.closed() == module.RESTART
    cookie = await sync_to_async(cookie_of)(user)
    accepted, *_ = await desk.knock((b"cookie", cookie), (b"origin", ORIGIN))
    assert accepted is False


async def test_a_socket_that_cannot_be_sent_to_ends_without_harm(desk, caplog):
    caplog.set_level("CRITICAL")
    seat = await desk.sit()
    await seat.subscribe("orders")
    (socket,) = desk.sockets._sockets

    async def broken(message):
        raise ConnectionError

    socket._send = broken
    await desk.submit()
    await seat.communicator.wait(timeout=10)
    assert len(desk.sockets) == 0
