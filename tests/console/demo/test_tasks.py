"""The jobs beside the orders, run by a real engine."""

import logging
from collections.abc import Iterator

import pytest

from console.demo import tasks
from console.demo.supply import open_shop
from jobs import compat
from jobs.engine import lag
from jobs.engine.engine import Engine
from tests.jobs.conftest import FAST, detail, ended, enqueue, make_engine  # noqa: F401 (a fixture)
from tests.support import eventually


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """The demo's silence about what fails on purpose ends with its test."""
    log = logging.getLogger(compat.LOGGER)
    level = log.level
    yield
    log.setLevel(level)
    lag.logger.removeFilter(tasks.staged)


SHOP = {"QUEUES": FAST["QUEUES"] | {tasks.QUEUE: {"slots": 1, "prefetch": 0}}}


def test_the_shop_has_a_queue_of_its_own_and_a_short_grace() -> None:
    settings = {"QUEUES": {"default": {"slots": 1, "prefetch": 0}}, "GRACE": 10.0}
    tasks.furnish(settings)
    assert set(settings["QUEUES"]) == {"default", tasks.QUEUE}
    assert settings["GRACE"] == 2.0


def test_what_blocks_the_loop_on_purpose_is_one_short_line(caplog) -> None:
    tasks.furnish({"QUEUES": {}, "GRACE": 1.0})
    said = "the loop stood still for %.1f s in %s: %s"
    lag.logger.warning(said, 1.5, f"{tasks.plan_round.module_path} 01a2", "demo/tasks.py:78 in _shortest")
    lag.logger.warning(said, 0.3, "orders.tasks.quote 01a3", "orders/tasks.py:9 in quote")
    assert caplog.messages == [
        "on purpose: plan_round held the loop up for 1.5 s",
        "the loop stood still for 0.3 s in orders.tasks.quote 01a3: orders/tasks.py:9 in quote",
    ]


async def test_a_count_says_at_each_shelf_how_far_it_is(make_engine, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(tasks, "SHELF", 0.01)
    await open_shop()
    await make_engine(**SHOP)
    id = await enqueue(tasks.count_stock)

    async def under_way():
        return (await detail(id))["progress"]

    seen = await eventually(under_way)
    assert seen["total"] == 60
    found = await ended(id)
    assert found["state"] == "succeeded"
    assert found["progress"] == {"done": 60, "total": 60, "message": ""}
    assert found["result"]["shelves"] == 60
    assert found["result"]["units"] > 100_000


async def test_labels_fail_with_the_printers_own_words_and_are_tried_again(make_engine) -> None:  # noqa: F811
    await make_engine()
    id = await enqueue(tasks.print_labels, "KTL-110", 3)

    async def failed_once():
        return (await detail(id))["attempts"]

    (attempt, *_more) = await eventually(failed_once)
    assert attempt["error"] == "OutOfPaper: 3 sheets are wanted and 0 are in the tray"
    assert "in _feed" in attempt["traceback"]
    assert (await detail(id))["max_attempts"] == 4


async def test_planning_a_round_holds_the_loop_up_and_is_named(make_engine) -> None:  # noqa: F811
    engine: Engine = await make_engine()
    id = await enqueue(tasks.plan_round, 0.8)
    assert (await ended(id))["result"]["kilometres"] > 0

    async def named():
        blocked = engine.status()["blocked"]
        return blocked and blocked["task"] == f"console.demo.tasks.plan_round {id}"

    assert await eventually(named)


async def test_a_cab_that_nobody_needs_is_cancelled_with_its_reason(make_engine) -> None:  # noqa: F811
    await make_engine()
    found = await ended(await enqueue(tasks.call_a_cab, "Ada"))
    assert (found["state"], found["error"]) == ("cancelled", "Ada walks home")
