"""The engine's jobs, workers and paces, here only read. Jobs are cancelled and retried in the console."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.admin import cells
from console.admin.cells import Near
from console.admin.lists import ReadOnly, uuid, words
from console.admin.site import site
from jobs.models import Attempt, History, Job, Pace, Worker


def page(row: Any) -> tuple[str, Any]:
    """The job's page of the console, and what to call it."""
    return reverse("job", args=[row.pk]), _("in the console")


SEE = cells.near(_("See also"), (Near(_("attempts"), Attempt, "job", lambda row: row.pk),), page)

DETAILS = (
    cells.text("id", _("id")),
    cells.text("priority", _("priority")),
    cells.document("args", _("arguments")),
    cells.document("kwargs", _("named arguments")),
    cells.text("max_attempts", _("attempts at most")),
    cells.text("fence", _("fence")),
    cells.text("worker", _("worker")),
    cells.instant("created_at", _("created")),
    cells.instant("started_at", _("started")),
    cells.text("version", _("version")),
)


WHAT = (
    cells.text("task", _("task")),
    cells.state("state", _("state"), "job"),
    cells.text("queue", _("queue")),
    cells.text("subject", _("about")),
    cells.text("attempt", _("attempt")),
)
NOT_BEFORE = cells.instant("run_at", _("not before"))


class OneJob(ReadOnly):
    """A job, hot or finished."""

    seen_with = "jobs.view_job"
    found_by = {"id": uuid, "subject": words}
    asked_by = ("subject",)
    search_help_text = _("The id of a job, or what it is about: order:…")
    list_filter = ("state",)


@admin.register(Job, site=site)
class Jobs(OneJob):
    columns = (*WHAT, NOT_BEFORE)
    more = (*DETAILS, SEE)


@admin.register(History, site=site)
class Finished(OneJob):
    columns = (*WHAT, cells.instant("finished_at", _("finished")), cells.text("error", _("error")))
    more = (*DETAILS, NOT_BEFORE, cells.document("result", _("result")), SEE)


@admin.register(Attempt, site=site)
class Attempts(ReadOnly):
    seen_with = "jobs.view_job"
    found_by = {"job": uuid}
    asked_by = ("job",)
    search_help_text = _("The id of a job")
    columns = (
        cells.text("id", _("id")),
        cells.text("job", _("job")),
        cells.text("number", _("number")),
        cells.state("outcome", _("outcome"), "outcome"),
        cells.text("actor", _("actor")),
        cells.text("error_class", _("error")),
        cells.instant("ended_at", _("ended")),
    )
    more = (
        cells.text("error", _("in words")),
        cells.traceback("traceback", _("traceback")),
        cells.text("fence", _("fence")),
        cells.text("worker", _("worker")),
        cells.instant("started_at", _("started")),
        cells.near(
            _("See also"),
            (),
            lambda row: (reverse("job", args=[row.job]), _("the job in the console")),
        ),
    )


@admin.register(Worker, site=site)
class Workers(ReadOnly):
    seen_with = "jobs.view_worker"
    ordering = ("-started_at",)
    found_by = {"id": uuid}
    search_help_text = _("The id of a worker")
    columns = (
        cells.text("name", _("name")),
        cells.instant("started_at", _("started")),
        cells.instant("beat_at", _("last beat")),
        cells.instant("lease_until", _("leased until")),
        cells.instant("stopped_at", _("stopped")),
    )
    more = (cells.text("id", _("id")), cells.document("queues", _("slots by queue")))


@admin.register(Pace, site=site)
class Paces(ReadOnly):
    seen_with = "jobs.change_pace"
    ordering = ("key",)
    found_by = {"key__startswith": words}
    search_help_text = _("The beginning of a key: host:example.com")
    columns = (
        cells.text("key", _("key")),
        cells.text("rate", _("calls a second")),
        cells.text("burst", _("burst")),
        cells.instant("next_at", _("next")),
    )
