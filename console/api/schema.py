"""What the API answers: the fields programs may rely on. Money is minor units, times are ISO 8601 UTC."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

JobState = Literal["scheduled", "waiting", "ready", "running", "succeeded", "failed", "cancelled"]


class OrderKept(Schema):
    """An order that was taken in."""

    id: UUID
    number: int
    state: str
    version: int


class OrderRow(Schema):
    id: UUID
    number: int
    state: str
    customer: str
    customer_name: str
    currency: str
    total: int
    total_text: str
    lines: int
    reference: str | None
    reason: str
    attention: str
    door: str
    version: int
    created_at: datetime
    updated_at: datetime


class OrderPage(Schema):
    """Newest first. ``next`` is the ``before`` of the page behind this one; null on the last."""

    orders: list[OrderRow]
    next: UUID | None


class Line(Schema):
    position: int
    sku: str
    name: str | None
    quantity: int
    unit_price: int
    amount: int


class Event(Schema):
    at: datetime
    state: str
    actor: str
    reason: str


class TransferRow(Schema):
    id: UUID
    state: str
    debit: str
    credit: str
    amount: int
    currency: str
    created_at: datetime
    settled_at: datetime | None


class QuoteRow(Schema):
    """A carrier's answer. ``repeated``: it failed in a later round, too, and said the same."""

    round: int
    carrier: str
    state: str
    price: int | None
    currency: str | None
    detail: str
    asked_at: datetime
    answered_at: datetime | None
    repeated: bool


class Progress(Schema):
    """How far an attempt has come, in units of the handler's own. ``message`` may be empty."""

    done: int | float
    total: int | float
    message: str


class JobRow(Schema):
    id: UUID
    task: str
    queue: str
    state: JobState
    attempt: int
    max_attempts: int
    priority: int
    subject: str
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    worker: UUID | None
    error: str
    progress: Progress | None
    version: int


class JobPage(Schema):
    """Newest first. ``next`` is the ``before`` of the page behind this one; null on the last."""

    jobs: list[JobRow]
    next: UUID | None


class AttemptRow(Schema):
    """An attempt that did not succeed. By ``number`` 0 it is none, but what somebody did with the job: then
    ``outcome`` is cancelled or retried, ``actor`` who did it, ``error`` the reason they gave.
    """

    number: int
    worker: UUID | None
    actor: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    error_class: str
    error: str
    traceback: str


class JobDetail(JobRow):
    """``cut`` names what cannot be sent and so is null: nested too deep, or with a number too large."""

    args: list[Any] | None
    kwargs: dict[str, Any] | None
    result: Any
    cut: list[str]
    attempts: list[AttemptRow]


class OrderDetail(OrderRow):
    """One order with its story. ``lines`` are the lines themselves here; ``jobs`` is null for a token whose
    user may not see jobs.
    """

    lines: list[Line]  # type: ignore[assignment]
    events: list[Event]
    transfers: list[TransferRow]
    quotes: list[QuoteRow]
    jobs: list[JobRow] | None


class TransferMade(Schema):
    id: UUID
    state: str


class Connections(Schema):
    """Of this process to the database: the most it opens, and how many such processes have room."""

    most: int
    processes_fit: int


class Ready(Schema):
    status: Literal["ready"]
    connections: Connections | None = None
