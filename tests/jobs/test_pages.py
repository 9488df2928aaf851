"""Pages of jobs: the right ones, both ways; and however they are narrowed, little of the history is read."""

from uuid import UUID

import orjson
import pytest

from jobs import db, pages
from jobs.pages import Which

#: History is of one task, one queue and one state nearly all through; what is asked for is rare, and oldest.
#: The statistics are of every row (300 for each of the target), not of a sample: no plan is left to chance.
FILL = """
INSERT INTO job (id, task, queue, state, run_at, fence, worker, started_at, subject)
SELECT lpad(to_hex(n + 900000), 32, '0')::uuid, 't', 'q',
       CASE WHEN n % 10 = 0 THEN 'running' ELSE 'ready' END, clock(), n, gen_random_uuid(), clock(),
       'order:' || n
FROM generate_series(1, 2000) AS n;
INSERT INTO job_history (id, task, queue, run_at, created_at, state, finished_at, subject)
SELECT lpad(to_hex(n), 32, '0')::uuid, CASE WHEN n <= 60 THEN 'rare' ELSE 't' END,
       CASE WHEN n <= 70 THEN 'slow' ELSE 'q' END, clock(), clock(),
       CASE WHEN n <= 80 THEN 'failed' ELSE 'succeeded' END, clock() - make_interval(secs => n * 7 % 50000),
       'order:' || n % 10000
FROM generate_series(1, 50000) AS n;
SET LOCAL default_statistics_target = 200;
ANALYZE job, job_history;
"""
MADE, FINISHED = pages.keys_by_made, pages.keys_by_finished
OFFERED = {
    "all": (MADE, Which()),
    "a rare state": (MADE, Which(state="failed")),
    "a state nothing is in": (MADE, Which(state="cancelled")),
    "a hot state": (MADE, Which(state="running")),
    "a rare task": (MADE, Which(task="rare")),
    "a large task, a rare state": (MADE, Which(task="t", state="failed")),
    "a task nobody knows": (MADE, Which(task="nobody.knows")),
    "a rare queue": (MADE, Which(queue="slow")),
    "a large queue, a rare state": (MADE, Which(queue="q", state="failed")),
    "a subject": (MADE, Which(subject="order:77")),
    "a subject, a state": (MADE, Which(subject="order:77", state="failed")),
    "by its end": (FINISHED, Which()),
}


class Explained:
    """A connection that explains what it is asked, and says how many rows of the history that read."""

    def __init__(self, conn):
        self.conn, self.read = conn, 0

    async def fetch(self, statement, *args):
        plan = await self.conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *args)
        self.read = read_of(orjson.loads(plan)[0]["Plan"])
        return []


def read_of(plan):
    rows = 0
    if plan.get("Relation Name", "").startswith("job_history"):
        removed = sum(plan.get(f"Rows Removed by {way}", 0) for way in ("Filter", "Index Recheck"))
        rows = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return round(rows) + sum(read_of(child) for child in plan.get("Plans", []))


async def test_no_page_reads_more_of_the_history_than_a_page_of_each_state(database):
    found = {}
    async with db.transaction() as tx:
        await tx.conn.execute(FILL)
        end = await tx.conn.fetchval("SELECT clock() - interval '20000 seconds'")
        past = {MADE: (UUID(int=25_000),), FINISHED: (end, UUID(int=0))}
        for name, (keys, which) in OFFERED.items():
            for key in ((), past[keys]):
                for down in (True, False):
                    looked = Explained(tx.conn)
                    await keys(looked, which, key, down=down, limit=51)
                    found[name, bool(key), down] = looked.read
    assert {case: rows for case, rows in found.items() if rows > 3 * 51 + 10} == {}


@pytest.mark.parametrize(
    ("keys", "which", "count"),
    [
        pytest.param(MADE, Which(state="failed"), 80, id="failed"),
        pytest.param(MADE, Which(task="rare"), 60, id="of a task"),
        pytest.param(MADE, Which(queue="slow", state="failed"), 70, id="of a queue"),
        pytest.param(MADE, Which(task="rare", queue="q"), 0, id="of a task and another queue"),
        pytest.param(MADE, Which(subject="order:77", task="rare"), 0, id="about it, of another task"),
        pytest.param(MADE, Which(state="running"), 200, id="hot"),
        pytest.param(MADE, Which(subject="order:77"), 6, id="hot and finished"),
        pytest.param(FINISHED, Which(), 50_000, id="by their end"),
    ],
)
async def test_the_jobs_are_walked_both_ways_and_none_is_missed(database, keys, which, count):
    walks, limit = {}, max(7, count // 5)
    async with db.transaction() as tx:
        await tx.conn.execute(FILL)
        for down in (True, False):
            walked = []
            while page := await keys(tx.conn, which, walked[-1] if walked else (), down=down, limit=limit):
                walked += page
            walks[down] = walked
    assert walks[True] == sorted(walks[True], reverse=True)
    assert walks[False] == walks[True][::-1]
    assert len(walks[True]) == count
