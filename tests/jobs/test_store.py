"""Reads for pages: hot and finished jobs as one."""

from datetime import UTC, datetime

import orjson

from jobs import db, moves, store
from jobs.enqueue import NewJob
from jobs.outcome import Outcome
from jobs.rules.spread import PLACES, lower, percentile
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


async def test_a_dead_worker_is_held_on_to_until_its_jobs_are_rescued(database):
    await put(NewJob("t"))
    await claim(await worker(), 1)
    async with db.connection() as conn:
        assert [row["held"] for row in await store.workers(conn)] == [False], "it lives"
        await conn.execute("UPDATE worker SET lease_until = clock() - interval '1 s'")
        assert [row["held"] for row in await store.workers(conn)] == [True]
        await conn.execute("UPDATE job SET state = 'ready'")
        assert [row["held"] for row in await store.workers(conn)] == [False]


async def test_the_oldest_ready_job_of_each_queue_is_found_whatever_its_priority(database):
    await put(
        NewJob("t", priority=5),
        NewJob("t", priority=-5),
        NewJob("t", priority=0),
        NewJob("u", queue="other", priority=7),
        NewJob("v", queue="later", run_at=datetime(2999, 1, 1, tzinfo=UTC)),
    )
    async with db.connection() as conn:
        await conn.execute(
            "UPDATE job SET run_at = clock() - make_interval(secs => 10 - priority) WHERE queue = 'default'"
        )
        found = await store.oldest_ready(conn)
        priorities = await conn.fetch("SELECT id::text, priority FROM job WHERE queue = 'default'")
    (least,) = [row["id"] for row in priorities if row["priority"] == -5]
    assert [(row["queue"], row["task"]) for row in found] == [("default", "t"), ("other", "u")]
    assert found[0]["id"] == least
    assert 15_000 <= found[0]["waits"] < 30_000


async def test_nothing_is_oldest_where_nothing_is_ready(database):
    async with db.connection() as conn:
        assert await store.oldest_ready(conn) == []


async def test_errors_of_the_last_hour_are_told_by_task_and_class(database):
    jobs = await some_jobs()
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO attempt (job, task, number, fence, started_at, ended_at, outcome, error)"
            " VALUES ($1, 't', 1, 1, clock(), clock() + interval '1 s', 'lost', 'lost with its worker'),"
            "        ($1, 't', 2, 1, clock(), clock() + interval '2 s', 'lost', 'lost again'),"
            "        ($1, 't', 3, 1, clock(), clock(), 'released', ''),"
            "        ($1, 't', 3, 1, clock(), clock(), 'cut', 'the connection'),"
            "        ($1, 't', 4, 1, clock(), clock() - interval '61 min', 'failed', 'long ago')",
            jobs[3].id,
        )
        found = await store.recent_errors(conn)
        assert await store.failed_hour(conn) == {"t": 1}
        assert [row["among"] for row in await store.recent_errors(conn, limit=2)] == [2]
    assert [(row["task"], row["kind"], row["count"], row["error"]) for row in found] == [
        ("t", "lost", 2, "lost again"),
        ("t", "failed", 1, "OSError: away"),
        ("t", "x", 1, "ValueError: no"),
    ]
    assert found[0]["job"] == str(jobs[3].id)
    assert {row["among"] for row in found} == {4}
    assert 0 <= found[2]["ago"] < 60_000


async def test_ends_tell_how_long_their_jobs_waited_and_ran(database):
    """Twice three jobs that waited 1, 10 and 100 s and ran for a quarter of that: the second three add up."""
    id = await worker()
    async with db.connection() as conn:
        for _ in range(2):
            await put(*[NewJob("t") for _ in range(3)])
            claimed = await claim(id, 3)
            for seconds, job in zip((1, 10, 100), claimed, strict=True):
                await conn.execute(
                    "UPDATE job SET started_at = clock() - make_interval(secs => $2::float8 / 4),"
                    " run_at = clock() - make_interval(secs => $2::float8 * 5 / 4) WHERE id = $1",
                    job.id,
                    seconds,
                )
            await moves.finish(conn, [Outcome(job, "succeeded") for job in claimed])
        spreads = await store.job_spreads(conn)
    assert {len(row["wait"]) for row in spreads} == {PLACES}
    wait = [sum(counts) for counts in zip(*(row["wait"] for row in spreads), strict=True)]
    run = [sum(counts) for counts in zip(*(row["run"] for row in spreads), strict=True)]
    assert (sum(wait), sum(run)) == (6, 6)
    for counts, true in ((wait, 10_000), (run, 2_500)):
        told = percentile(counts, 0.5)
        assert true / 1.42 <= told <= true * 1.42


async def test_the_database_counts_into_the_ranges_of_the_rules(database):
    edges = [lower(place) * 1.001 for place in range(1, PLACES)]
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT spread($1::float8[])", [0.5, *edges]) == [1] * PLACES
        assert (await conn.fetchval("SELECT spread($1::float8[])", [1e15]))[-1] == 1


async def test_a_lost_jobs_error_names_its_task(database):
    await put(NewJob("t", max_attempts=1), NewJob("u", max_attempts=5))
    await claim(await worker(lease=-1), 2)
    await claim(await worker(), 2)
    async with db.connection() as conn:
        await conn.execute("UPDATE worker SET lease_until = clock() - interval '1 s'")
        await moves.rescue(conn)
        assert {row["task"] for row in await store.recent_errors(conn)} == {"t", "u"}
        assert sum(sum(row["run"]) for row in await store.job_spreads(conn)) == 1
