"""The engine's tables. Rows of Job, History, Attempt, Worker and JobMinute are written by jobs/sql only."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class HotState(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    WAITING = "waiting", _("waiting")
    READY = "ready", _("ready")
    RUNNING = "running", _("running")


class FinalState(models.TextChoices):
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class JobFields(models.Model):
    """What a job is, hot or finished."""

    id = models.UUIDField(primary_key=True, help_text=_("UUIDv7, made by who enqueues"))
    task = models.TextField(help_text=_("module path of the task's function"))
    queue = models.TextField(db_default="default")
    priority = models.SmallIntegerField(db_default=0, help_text=_("-100 … 100, higher first"))
    args = models.JSONField(db_default=[])
    kwargs = models.JSONField(db_default={})
    subject = models.TextField(db_default="", help_text=_("what the job is about: order:<id>"))
    run_at = models.DateTimeField(db_default=Now(), help_text=_("not before"))
    created_at = models.DateTimeField(db_default=Now())
    attempt = models.IntegerField(db_default=0, help_text=_("claims so far; a crash counts"))
    max_attempts = models.IntegerField(db_default=3)
    fence = models.BigIntegerField(null=True, help_text=_("token of the newest claim"))
    worker = models.UUIDField(null=True, help_text=_("boot UUID of the process that claimed last"))
    started_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(db_default=1)
    progress = models.JSONField(null=True, help_text=_("how far its attempt has come: done, total, message"))

    class Meta:
        abstract = True


class Job(JobFields):
    """A job that is not finished: the hot table."""

    state = models.TextField(choices=HotState.choices, db_default=HotState.READY)

    class Meta:
        db_table = "job"
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        permissions = [("control_job", "Can cancel and retry jobs")]
        constraints = [
            models.CheckConstraint(name="job_state", condition=models.Q(state__in=HotState.values)),
            models.CheckConstraint(
                name="job_running_is_fenced",
                condition=~models.Q(state="running")
                | models.Q(fence__isnull=False, worker__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_priority", condition=models.Q(priority__gte=-100, priority__lte=100)
            ),
        ]
        indexes = [
            models.Index(
                "queue",
                models.F("priority").desc(),
                "run_at",
                "id",
                name="job_claim",
                condition=models.Q(state="ready"),
            ),
            models.Index("run_at", name="job_due", condition=models.Q(state="scheduled")),
            models.Index("queue", name="job_waiting", condition=models.Q(state="waiting")),
            models.Index("worker", name="job_running", condition=models.Q(state="running")),
            models.Index("subject", name="job_subject", condition=~models.Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class History(JobFields):
    """A finished job. The table is partitioned by day of finished_at (see the migration)."""

    state = models.TextField(choices=FinalState.choices)
    finished_at = models.DateTimeField()
    result = models.JSONField(null=True)
    error = models.TextField(db_default="", help_text=_("last error in one line, or why it was cancelled"))

    class Meta:
        db_table = "job_history"
        verbose_name, verbose_name_plural = _("finished job"), _("finished jobs")

    def __str__(self) -> str:
        return f"{self.task} {self.id} {self.state}"


class Attempt(models.Model):
    """A failed, timed out, lost or handed-back attempt of a job; by number 0, what somebody did with it.

    Then ``outcome`` is cancelled or retried, ``actor`` who did it, ``error`` the reason they gave.
    """

    job = models.UUIDField()
    task = models.TextField(db_default="")
    number = models.IntegerField()
    fence = models.BigIntegerField()
    worker = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=Now())
    outcome = models.TextField(help_text=_("failed, timeout, cut, lost, released, cancelled, retried"))
    actor = models.TextField(db_default="")
    error_class = models.TextField(db_default="")
    error = models.TextField(db_default="")
    traceback = models.TextField(db_default="")

    class Meta:
        db_table = "attempt"
        verbose_name, verbose_name_plural = _("attempt"), _("attempts")
        indexes = [
            models.Index("job", "number", name="attempt_job"),
            models.Index("ended_at", name="attempt_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.job} #{self.number} {self.outcome}"


class Worker(models.Model):
    """A process that runs jobs, from its boot to its end. Its lease covers every job it runs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, help_text=_("boot UUID"))
    name = models.TextField(help_text=_("host:pid"))
    queues = models.JSONField(db_default={}, help_text=_("slots by queue"))
    started_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    load = models.JSONField(db_default={}, help_text=_("what it was doing at its last beat"))

    class Meta:
        db_table = "worker"
        verbose_name, verbose_name_plural = _("worker"), _("workers")

    def __str__(self) -> str:
        return self.name


class Pace(models.Model):
    """The pace of one key (a host is ``host:name:port``), held across every process on the database."""

    key = models.TextField(primary_key=True)
    rate = models.FloatField(db_default=2.0, help_text=_("a second"))
    burst = models.IntegerField(db_default=1)
    next_at = models.DateTimeField(null=True, help_text=_("theoretical arrival time of the next call (GCRA)"))

    class Meta:
        db_table = "pace"
        verbose_name, verbose_name_plural = _("pace"), _("paces")
        constraints = [
            models.CheckConstraint(name="pace_positive", condition=models.Q(rate__gt=0, burst__gte=1)),
        ]

    def __str__(self) -> str:
        return self.key


class JobMinute(models.Model):
    """Finishes a minute, task, queue and state. The shard is the backend's, so that finishes don't queue."""

    minute = models.DateTimeField()
    task = models.TextField()
    queue = models.TextField()
    state = models.TextField()
    shard = models.SmallIntegerField()
    count = models.BigIntegerField(db_default=0)
    wait_ms = models.BigIntegerField(db_default=0, help_text=_("sum of run_at → started_at"))
    run_ms = models.BigIntegerField(db_default=0, help_text=_("sum of started_at → finished_at"))
    wait_spread = ArrayField(models.IntegerField(), db_default=[])
    run_spread = ArrayField(models.IntegerField(), db_default=[])

    class Meta:
        db_table = "job_minute"
        constraints = [
            models.UniqueConstraint("minute", "task", "queue", "state", "shard", name="job_minute_key"),
        ]

    def __str__(self) -> str:
        return f"{self.minute} {self.task} {self.state}"
