"""``jobs_retry`` and ``jobs_cancel``: a line for each job, and how it ends."""

import asyncio
import json
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command

from jobs import db
from jobs.enqueue import NewJob, enqueue_on
from jobs.models import Attempt, History, Job
from orders.models import Audit
from tests.console.desk import hire


@pytest.fixture(autouse=True)
def own_process(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command runs in a process of its own: with no pool, and no loop."""
    monkeypatch.setattr(db, "_room", None)


@pytest.fixture
def jobs() -> list[str]:
    made = [NewJob("shop.greet") for _ in range(3)]

    async def make() -> None:
        await db.open_pool(min_size=1, max_size=1)
        try:
            async with db.transaction() as tx:
                await enqueue_on(tx, made)
        finally:
            await db.close_pool()

    asyncio.run(make())
    return [str(job.id) for job in made]


def ended(command: str, *arguments: str) -> int:
    """The exit code of the command."""
    try:
        call_command(command, *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_jobs_are_cancelled_and_retried_and_the_audit_says_who_and_why(jobs, capsys):
    assert ended("jobs_cancel", *jobs, "--reason", "too many") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [f"{id}  shop.greet  cancelled" for id in jobs]
    assert said.err == "Jobs cancelled: 3 of 3.\n"
    assert History.objects.get(pk=jobs[0]).error == "too many"
    assert Attempt.objects.get(job=jobs[0]).actor == "command:jobs_cancel"
    async_to_sync(hire)("alice", "operator")
    assert ended("jobs_retry", jobs[1], "--user", "alice") == 0
    said = capsys.readouterr()
    assert said.out == f"{jobs[1]}  shop.greet  in its queue again\n"
    assert said.err == "Jobs in their queues again: 1 of 1.\n"
    assert list(Job.objects.values_list("pk", "state")) == [(UUID(jobs[1]), "ready")]
    told = Audit.objects.order_by("at").values_list("action", "subject", "actor", "reason")
    assert list(told) == [
        *[("job.cancel", f"job:{id}", "command:jobs_cancel", "too many") for id in jobs],
        ("job.retry", f"job:{jobs[1]}", "user:alice", ""),
    ]


def test_some_end_with_3_and_none_with_1_and_programs_get_json(jobs, capsys):
    unknown = str(uuid4())
    assert ended("jobs_cancel", jobs[0], unknown, "--json") == 3
    said = capsys.readouterr()
    assert [json.loads(line) for line in said.out.splitlines()] == [
        {"job": jobs[0], "task": "shop.greet", "state": "cancelled", "code": ""},
        {"job": unknown, "task": "", "state": "", "code": "unknown"},
    ]
    assert said.err == "Jobs cancelled: 1 of 2.\n"
    assert ended("jobs_retry", jobs[1], unknown) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{jobs[1]}  shop.greet  not retried: It is still going to run.",
        f"{unknown}  not retried: There is no such job.",
    ]


def test_a_job_named_twice_is_one(jobs, capsys):
    assert ended("jobs_cancel", jobs[0], jobs[0].upper()) == 0
    assert capsys.readouterr().out == f"{jobs[0]}  shop.greet  cancelled\n"


def test_wrong_usage_changes_nothing(jobs):
    async_to_sync(hire)("victor", "viewer")
    for command in ("jobs_cancel", "jobs_retry"):
        with pytest.raises(CommandError, match="at most 200 characters, this one has 100000"):
            call_command(command, jobs[0], "--reason", "x" * 100_000)
    with pytest.raises(CommandError, match=r"jobs\.control_job") as refusal:
        call_command("jobs_cancel", jobs[0], "--user", "victor")
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="name each job by its id"):
        call_command("jobs_cancel", jobs[0], "x")
    assert Job.objects.count() == 3
