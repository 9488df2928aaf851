"""The django.tasks backend on PostgreSQL."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection as django_connection
from django.db import transaction as django_transaction
from psycopg.rows import dict_row

from jobs import db, store
from jobs.changes import Change
from jobs.compat import (
    BaseTaskBackend,
    InvalidTask,
    TaskResult,
    TaskResultDoesNotExist,
    TaskResultStatus,
    task_enqueued,
)
from jobs.encode import load
from jobs.engine.announcer import CHANNEL, payloads
from jobs.enqueue import NewJob, changes, columns, new_job
from jobs.results import stored_result
from jobs.signals import heard
from jobs.statements import sql
from jobs.tasks import Task, UnknownTask, resolve
from jobs.together import together


class PostgresBackend(BaseTaskBackend):
    """Jobs in the table the engine claims from.

    ``enqueue`` writes on Django's own connection: the job is part of the caller's transaction, and announced
    after its commit. ``aenqueue`` writes on the process's pool, together with what arrives at the
    same time, and returns after the commit.
    """

    task_class = Task
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def validate_task(self, task: Any) -> None:
        super().validate_task(task)
        if not isinstance(task, Task):
            raise InvalidTask("Tasks of this backend are made by jobs.task or by the backend's task_class.")

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        job = new_job(task, *args, **kwargs)
        with _raw_cursor() as cursor:
            rows = cursor.execute(sql("enqueue"), columns([job])).fetchall()
        told = changes([(row["id"], row["queue"], row["state"]) for row in rows])
        django_transaction.on_commit(lambda: _notify(told), robust=True)
        return self._enqueued(task, job)

    async def aenqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult:
        if not _pool_is_open():
            return await sync_to_async(self.enqueue, thread_sensitive=True)(task, args, kwargs)
        self.validate_task(task)
        job = new_job(task, *args, **kwargs)
        await together().enqueue(job)
        return self._enqueued(task, job)

    def get_result(self, result_id: str) -> TaskResult:
        id = _uuid(result_id)
        with _raw_cursor() as cursor:
            row = cursor.execute(sql("job_detail"), [id]).fetchone()
            attempts = cursor.execute(sql("job_attempts"), [id]).fetchall()
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        for column in store.DOCUMENTS:
            row[column] = None if row[column] is None else load(row[column])
        return _stored(store.plain(row) | {"attempts": [store.plain(a) for a in attempts]})

    async def aget_result(self, result_id: str) -> TaskResult:
        if not _pool_is_open():
            return await sync_to_async(self.get_result, thread_sensitive=True)(result_id)
        async with db.connection() as conn:
            detail = await store.job_detail(conn, _uuid(result_id))
        if detail is None:
            raise TaskResultDoesNotExist(result_id)
        return _stored(detail)

    def _enqueued(self, task: Task, job: NewJob) -> TaskResult:
        result: TaskResult = TaskResult(
            task=task,
            id=str(job.id),
            status=TaskResultStatus.READY,
            enqueued_at=datetime.now(UTC),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=job.args,
            kwargs=job.kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        if heard(task_enqueued, logging.DEBUG):
            task_enqueued.send(type(self), task_result=result)
        return result


@contextmanager
def _raw_cursor() -> Iterator[psycopg.RawCursor[dict[str, Any]]]:
    """A cursor on Django's own connection that takes $1 as the statements of jobs/sql write it."""
    django_connection.ensure_connection()
    with (
        django_connection.wrap_database_errors,
        psycopg.RawCursor(django_connection.connection, row_factory=dict_row) as cursor,
    ):
        yield cursor


def _notify(told: Sequence[Change]) -> None:
    with django_connection.cursor() as cursor:
        for payload in payloads(told, process=""):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _pool_is_open() -> bool:
    try:
        db.pool()
    except db.NotOpen:
        return False
    return True


def _uuid(result_id: str) -> UUID:
    try:
        return UUID(result_id)
    except ValueError as error:
        raise TaskResultDoesNotExist(result_id) from error


def _stored(detail: dict[str, Any]) -> TaskResult:
    try:
        task = resolve(detail["task"])
    except UnknownTask as error:
        raise TaskResultDoesNotExist(f"{detail['id']}: {error}") from error
    return stored_result(task, detail)
