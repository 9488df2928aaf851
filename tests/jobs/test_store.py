"""Reads for pages: hot and finished jobs as one."""

import orjson

from jobs import db, moves, store
from jobs.enqueue import NewJob
from jobs.outcome import Outcome
from tests.jobs.test_moves import claim, put, worker

KEYS = [
    *("id", "task", "queue", "state", "attempt", "max_attempts", "priority", "subject"),
    *("run_at", "created_at", "started_at", "finished_at", "worker", "error", "progress", "version"),
]


async def some_jobs():
    """Six jobs, oldest first: succeeded, failed, again after an error, running, ready, in another queue."""
    jobs = [NewJob("t", subject="order:1", priority=9 - n) for n in range(5)] + [NewJob("u", queue="other")]
    await put(*jobs)
    claimed = await claim(await worker(), 4)
    async with db.connection() as conn:
        await moves.finish(
            conn,
            [
                Outcome(claimed[0], "succeeded", result='{"sum": 3}'),
                Outcome(
                    claimed[1],
                    "failed",
                    error="ValueError: no",
                    attempt="failed",
                    error_class="x",
                    traceback="tb",
                ),
            ],
        )
        await moves.put_back(
            conn, [Outcome(claimed[2], "again", delay=60, error="OSError: away", attempt="failed")]
        )
    return jobs


async def test_a_page_holds_hot_and_finished_jobs_newest_first(database):
    jobs = await some_jobs()
    async with db.connection() as conn:
        page = await store.jobs_page(conn)
    assert [row["id"] for row in page] == [str(job.id) for job in reversed(jobs)]
    assert [row["state"] for row in page] == ["ready", "ready", "running", "scheduled", "failed", "succeeded"]
    assert list(page[0]) == KEYS
    assert [row["error"] for row in page[3:]] == ["OSError: away", "ValueError: no", ""]
    orjson.dumps(page)


async def test_pages_follow_each_other_without_gap(database):
    await some_jobs()
    async with db.connection() as conn:
        whole = await store.jobs_page(conn)
        seen, before = [], None
        while page := await store.jobs_page(conn, limit=2, before=before):
            seen += page
            before = page[-1]["id"]
    assert seen == whole


async def test_a_page_can_be_filtered(database):
    await some_jobs()
    async with db.connection() as conn:
        assert len(await store.jobs_page(conn, state="failed")) == 1
        assert len(await store.jobs_page(conn, state="ready", queue="other")) == 1
        assert len(await store.jobs_page(conn, task="t")) == 5


async def test_rows_are_found_by_id_wherever_they_are(database):
    jobs = await some_jobs()
    async with db.connection() as conn:
        found = await store.job_rows(
            conn, [str(jobs[0].id), jobs[4].id, "018f0000-0000-7000-8000-000000000000"]
        )
    assert [(row["id"], row["state"]) for row in found] == [
        (str(jobs[4].id), "ready"),
        (str(jobs[0].id), "succeeded"),
    ]


async def test_a_detail_tells_arguments_result_and_failed_attempts(database):
    jobs = await some_jobs()
    async with db.connection() as conn:
        good = await store.job_detail(conn, jobs[0].id)
        bad = await store.job_detail(conn, str(jobs[1].id))
        assert await store.job_detail(conn, "018f0000-0000-7000-8000-000000000000") is None
    assert good["result"] == {"sum": 3}
    assert good["attempts"] == []
    assert [(a["number"], a["outcome"], a["traceback"]) for a in bad["attempts"]] == [(1, "failed", "tb")]
    orjson.dumps([good, bad])


async def test_counts_are_of_now_and_of_the_last_day(database):
    await some_jobs()
    async with db.connection() as conn:
        counted = await store.job_counts(conn)
    assert store.by_state(counted) == {
        "cancelled": 0,
        "failed": 1,
        "ready": 2,
        "running": 1,
        "scheduled": 1,
        "succeeded": 1,
        "waiting": 0,
    }
    others = {state: count for state, count in store.by_state(counted, task="u").items() if count}
    assert others == {"ready": 1}
    assert store.by_state(counted, task="u", queue="other") == store.by_state(counted, queue="other")
    assert not any(store.by_state(counted, task="u", queue="default").values())
    assert store.by_state(counted, task="t", queue=None)["ready"] == 1


async def test_jobs_about_one_thing_are_listed_oldest_first(database):
    jobs = await some_jobs()
    async with db.connection() as conn:
        about = await store.jobs_about(conn, "order:1")
        assert await store.jobs_about(conn, "") == []
    assert [row["id"] for row in about] == [str(job.id) for job in jobs[:5]]


async def test_workers_say_whether_they_live(database):
    live, dead = await worker(), await worker(lease=-1)
    async with db.connection() as conn:
        found = {row["id"]: row["live"] for row in await store.workers(conn)}
    assert found == {str(live): True, str(dead): False}
