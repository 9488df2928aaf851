"""A worker shot, its row deleted, and another started under its name: its jobs run."""

import pytest

from jobs import db
from tests.faults import tasks
from tests.faults.effects import assert_whole, effects, ended, enqueue, written
from tests.faults.gate import gating
from tests.journeys.process import Serve, serving

pytestmark = pytest.mark.fault


async def name_of(server: Serve) -> str:
    return await db.pool().fetchval(
        "SELECT name FROM worker WHERE name LIKE '%:' || $1::text", str(server.process.pid)
    )


@pytest.mark.parametrize("deleted", [True, False], ids=["its row deleted", "its row there"])
async def test_jobs_of_a_killed_worker_run_under_one_of_the_same_name(database: None, deleted: bool) -> None:
    names = [f"held-{n}" for n in range(10)]
    async with effects(), gating() as gate:
        async with serving() as first:
            ids = await enqueue(tasks.passes, *[(gate.port, name) for name in names])
            await gate.until(lambda: len(gate.visits) == len(names))
            name = await name_of(first)
            await first.kill()
            if deleted:
                assert await db.pool().execute("DELETE FROM worker WHERE name = $1", name) == "DELETE 1"
        assert await db.pool().fetchval("SELECT count(*) FROM job WHERE state = 'running'") == len(names)
        async with serving() as second:
            # In a container every process has the same host and the same number.
            await db.pool().execute(
                "UPDATE worker SET name = $1 WHERE name = $2", name, await name_of(second)
            )
            gate.open()
            jobs = await ended(ids)
            assert (
                await db.pool().fetchval("SELECT count(*) FROM worker WHERE name = $1", name) == 2 - deleted
            )
        assert {(job["state"], job["attempt"]) for job in jobs} == {("succeeded", 2)}
        assert await written() == dict.fromkeys(names, 1)
    await assert_whole()
