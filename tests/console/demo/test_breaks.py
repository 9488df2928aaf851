"""Breaks: one at a time, healed by themselves, with what was found."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from uuid import UUID

import pytest
import pytest_asyncio
from django.utils import timezone
from uuid_utils.compat import uuid7

from console.demo import breaks
from console.demo.breaks import KINDS, Breaks
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from tests.console.desk import open_shop, order_in
from tests.jobs.conftest import make_engine  # noqa: F401 (a fixture)
from tests.support import eventually

pytestmark = pytest.mark.usefixtures("database")


@pytest_asyncio.fixture
async def things(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Breaks]:
    """Breaks that begin at once; nobody calls their carriers, and their database is not to be cut."""
    monkeypatch.setattr(breaks, "LEAD", 0.0)
    upstream = Upstream(Random(1))
    traffic = Traffic(Shopper(Random(1)), client=1, rate=0)
    things = Breaks(upstream, Spare({}), traffic, None)
    yield things
    await things.stop()


def told(things: Breaks) -> str:
    return " ".join(str(found.words) % found.facts for found in things.found)


async def reaches(things: Breaks, phase: str) -> None:
    async def there() -> bool:
        return things.phase == phase

    await eventually(there)


async def test_one_thing_at_a_time_and_it_heals_when_a_person_mends_it(
    things: Breaks,
    make_engine,  # noqa: F811
) -> None:
    await make_engine()
    assert things.begin("silent", "ada")
    assert not things.begin("slow", "bob")
    await reaches(things, "broken")
    assert not things._upstream._answering.is_set()
    assert 40 < things.left <= 45
    things.mend("ada")
    await reaches(things, "recovering")
    assert things._upstream._answering.is_set()
    assert not things.mendable


async def test_it_ends_by_itself_and_says_what_it_found(
    things: Breaks,
    make_engine,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(KINDS, "slow", KINDS["slow"]._replace(seconds=0.2))
    await open_shop()
    await make_engine(QUEUES={"orders": {"slots": 4, "prefetch": 0}})
    assert things.begin("slow", "ada")
    await reaches(things, "recovering")
    await order_in()
    await reaches(things, "healed")
    assert things._upstream.late == 0
    assert "The carriers answer 3 s late." in told(things)
    assert "Whole again after 0." in told(things)
    assert "First job claimed" in told(things)
    assert "Orders acknowledged meanwhile: 0, lost: 0." in told(things)
    assert told(things).endswith("The ledger adds up.")
    assert things.begin("slow", "ada"), "the next may begin"


@pytest.mark.parametrize(
    ("acknowledged", "problems", "end"),
    [
        pytest.param([], [], "healed", id="all is well"),
        pytest.param([uuid7()], [], "failed", id="an order is lost"),
        pytest.param([], ["a balance"], "failed", id="the ledger does not add up"),
    ],
)
async def test_it_is_healed_only_if_nothing_is_lost_and_the_books_are_right(
    things: Breaks,
    monkeypatch: pytest.MonkeyPatch,
    acknowledged: list[UUID],
    problems: list[str],
    end: str,
) -> None:
    async def check() -> list[str]:
        return problems

    monkeypatch.setattr(breaks, "check", check)
    monkeypatch.setattr(breaks, "RECOVERY", 0.0)  # nobody is at work here
    monkeypatch.setattr(things._traffic, "acknowledged", lambda since: acknowledged)
    monkeypatch.setitem(KINDS, "slow", KINDS["slow"]._replace(seconds=0.0))
    things.begin("slow", "ada")
    await reaches(things, end)
    assert "No job was claimed within 0 s." in told(things)


async def test_a_job_that_stays_with_the_killed_worker_is_not_healed(
    things: Breaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> bool:
        return False

    monkeypatch.setattr(breaks, "RECOVERY", 0.0)
    monkeypatch.setattr(things, "_let_go", never)
    things._victim, things._had = uuid7(), 1
    assert not await things._recover("worker", 0.0, 0.0, timezone.now())
    assert "Jobs rescued from it: 0 of 1" in told(things)


async def test_an_acknowledged_order_that_is_not_there_is_counted_as_lost(things: Breaks) -> None:
    await open_shop()
    kept = await order_in()
    assert await breaks._lost([kept, uuid7(), uuid7()]) == 2


async def test_a_stop_heals_what_is_broken(things: Breaks) -> None:
    things.begin("silent", "ada")
    await reaches(things, "broken")
    await things.stop()
    await things.stop()
    assert things._upstream._answering.is_set()
    assert not things.busy


async def test_what_is_not_the_demos_to_cut_is_not_offered(things: Breaks) -> None:
    assert set(things.kinds) == {"silent", "slow", "worker"}
    assert not things.begin("database", "ada")
    assert not things.begin("sideways", "ada")
    assert not things.busy


async def test_a_break_that_cannot_be_made_says_so_and_is_over(
    things: Breaks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def no_process() -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(things._spare, "start", no_process)
    things.begin("worker", "ada")
    assert things._task is not None
    await asyncio.wait({things._task}, timeout=10)
    assert things.phase == "failed"
    assert "not seen to its end" in told(things)
