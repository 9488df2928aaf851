"""The ORM's connections: so many at once, jobs half of them, one kept, none lost."""

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg.errors import TooManyConnections

from console.orm import base
from console.orm.seats import Seats
from jobs import db
from jobs.engine.executor import THREADS

NAME = "some database"


@pytest.fixture
def connect(database: None, settings: Any) -> Callable[[], psycopg.Connection]:
    settings.DATABASE_ACQUIRE_TIMEOUT = 0.1
    params = connections["default"].get_connection_params()
    return lambda: psycopg.connect(**params, autocommit=True)


@pytest.fixture
def seats() -> Iterator[Seats]:
    seats = Seats(2)
    yield seats
    seats.keep(False)


def named(name: str, work: Callable[[], Any]) -> Any:
    """What ``work`` returns or raises, in a thread of this name."""
    with ThreadPoolExecutor(1, thread_name_prefix=name) as pool:
        return pool.submit(work).result(10)


def test_beyond_the_seats_nobody_connects(seats: Seats, connect: Callable[[], psycopg.Connection]) -> None:
    first, second = (seats.take(NAME, connect) for _ in range(2))
    with pytest.raises(TooManyConnections):
        seats.take(NAME, connect)
    seats.leave(first)
    third = seats.take(NAME, connect)
    assert first.closed
    for conn in (second, third):
        seats.leave(conn)


def test_who_waits_gets_the_seat_that_comes_free(
    seats: Seats, connect: Callable[[], psycopg.Connection], settings: Any
) -> None:
    settings.DATABASE_ACQUIRE_TIMEOUT = 10
    held = [seats.take(NAME, connect) for _ in range(2)]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(seats.take, NAME, connect)
        seats.leave(held[0])
        seats.leave(waiting.result(10))
    seats.leave(held[1])


def test_jobs_leave_half_of_the_seats_to_people(
    seats: Seats, connect: Callable[[], psycopg.Connection]
) -> None:
    job = named(f"{THREADS}_0", lambda: seats.take(NAME, connect))
    with pytest.raises(TooManyConnections):
        named(f"{THREADS}_1", lambda: seats.take(NAME, connect))
    person = seats.take(NAME, connect)
    seats.leave(job)
    again = named(f"{THREADS}_1", lambda: seats.take(NAME, connect))
    for conn in (person, again):
        seats.leave(conn)


def test_what_a_thread_leaves_unclosed_is_given_up(
    seats: Seats, connect: Callable[[], psycopg.Connection]
) -> None:
    def forget() -> None:
        seats.take(NAME, connect)
        gc.collect()

    for _ in range(4):
        with pytest.warns(ResourceWarning):
            forget()


def test_one_is_kept_for_its_database_as_long_as_it_is_good(
    seats: Seats, connect: Callable[[], psycopg.Connection]
) -> None:
    seats.keep(True)
    first = seats.take(NAME, connect)
    name = first.info.dbname
    seats.leave(first)
    assert not first.closed
    same = seats.take(name, connect)
    assert same is first
    seats.leave(same)
    assert seats.take("another", connect) is not first
    assert first.closed


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda conn: conn.close(), id="closed"),
        pytest.param(lambda conn: conn.execute("BEGIN"), id="in-a-transaction"),
    ],
)
def test_what_is_not_good_is_not_kept(
    seats: Seats, connect: Callable[[], psycopg.Connection], spoil: Callable[[psycopg.Connection], Any]
) -> None:
    seats.keep(True)
    conn = seats.take(NAME, connect)
    name = conn.info.dbname
    spoil(conn)
    seats.leave(conn)
    assert conn.closed
    assert seats.take(name, connect) is not conn


def test_one_the_server_has_ended_is_not_given_out(
    seats: Seats, connect: Callable[[], psycopg.Connection]
) -> None:
    seats.keep(True)
    conn = seats.take(NAME, connect)
    name = conn.info.dbname
    seats.leave(conn)
    with connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [conn.info.backend_pid])
    assert seats.take(name, connect).execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("keeping", "thread", "given_up"),
    [
        pytest.param(True, "page", True, id="a page's"),
        pytest.param(True, THREADS, False, id="a job's"),
        pytest.param(False, "page", False, id="a command's"),
    ],
)
def test_a_statement_people_wait_for_has_an_end(
    seats: Seats,
    connect: Callable[[], psycopg.Connection],
    monkeypatch: pytest.MonkeyPatch,
    keeping: bool,
    thread: str,
    given_up: bool,
) -> None:
    monkeypatch.setattr(db, "PATIENCE", 0.05)
    seats.keep(keeping)
    conn = named(thread, lambda: seats.take(NAME, connect))
    backend = conn.info.backend_pid
    if given_up:
        with pytest.raises(psycopg.OperationalError):
            conn.execute("SELECT pg_sleep(10)")
    else:
        conn.execute("SELECT pg_sleep(0.3)")
    assert conn.closed == given_up
    seats.leave(conn)
    with connect() as other:  # the server sleeps on for nobody, and the test database cannot go meanwhile
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_a_refused_seat_is_free_again(seats: Seats, connect: Callable[[], psycopg.Connection]) -> None:
    def refuse() -> psycopg.Connection:
        return psycopg.connect(host="/nowhere", dbname="x")

    for _ in range(5):
        with pytest.raises(psycopg.OperationalError):
            seats.take(NAME, refuse)
    for conn in [seats.take(NAME, connect) for _ in range(2)]:
        seats.leave(conn)


def test_a_page_without_a_seat_says_so_and_may_be_asked_for_again(
    database: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATABASE_ACQUIRE_TIMEOUT = 0.1
    few = Seats(1)
    monkeypatch.setattr(base, "seats", few)
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        connections["default"].ensure_connection()
        taken.set()
        over.wait(20)
        connections.close_all()

    def ask() -> Any:
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = "x" * 32
        try:
            return client.get("/")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert taken.wait(10)
        answer = pool.submit(ask).result(20)
        over.set()
        holding.result(10)
        again = pool.submit(ask).result(20)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "The database is busy" in answer.content.decode()
    assert again.status_code == 302  # to the sign-in: nobody has that session
