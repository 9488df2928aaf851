"""The demo's second process: a real one, on the test database."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote

import pytest
import pytest_asyncio
from django.db import connections

from console.demo.spare import Spare, in_hand
from console.demo.tasks import count_stock
from tests.jobs.conftest import enqueue, when
from tests.support import eventually

pytestmark = pytest.mark.usefixtures("database")


def url() -> str:
    conf = connections["default"].settings_dict
    user, host, port = quote(conf["USER"]), quote(conf["HOST"], safe=""), conf["PORT"]
    password = f":{quote(conf['PASSWORD'])}" if conf["PASSWORD"] else ""
    return f"postgres://{user}{password}@{host}{f':{port}' if port else ''}/{conf['NAME']}"


@pytest_asyncio.fixture
async def spare() -> AsyncIterator[Spare]:
    spare = Spare({"DATABASE_URL": url()})
    await spare.start()
    yield spare
    await spare.stop()


def pid(spare: Spare) -> int:
    return int(spare.name.rpartition(":")[2])


async def gone(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, 0)
        return False
    return True


async def test_it_runs_jobs_is_killed_with_them_in_hand_and_another_one_takes_its_place(spare: Spare) -> None:
    id = await enqueue(count_stock)
    await when(id, "running", seconds=20)
    worker = await spare.worker()
    assert worker is not None
    assert await in_hand(worker) == await in_hand(worker, task=count_stock.module_path) == 1
    first = spare.name
    assert await spare.kill() == -9
    assert await spare.worker() is None
    assert await in_hand(worker) == 1, "nobody has told the others"
    await spare.start()
    assert spare.name != first
    assert await spare.worker() not in (None, worker)


async def test_it_ends_with_its_stdin_and_so_with_the_demo_however_that_ends(spare: Spare) -> None:
    number = pid(spare)
    assert spare._process is not None
    assert spare._process.stdin is not None
    spare._process.stdin.close()
    assert await asyncio.wait_for(spare._process.wait(), 20) == 0
    assert await eventually(lambda: gone(number))


async def test_one_that_does_not_start_in_time_is_ended_and_the_next_start_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.demo.spare.START", 0.01)
    spare = Spare({"DATABASE_URL": url()})
    tried = []
    for _each in range(2):
        with pytest.raises(TimeoutError):
            await spare.start()
        assert spare._process is not None
        assert spare._process.returncode == -9
        tried.append(spare._process.pid)
    assert tried[0] != tried[1]
    assert spare.name == ""


async def test_stopping_is_safe_twice_and_before_the_start() -> None:
    spare = Spare({})
    await spare.stop()
    await spare.stop()
    assert await spare.worker() is None
