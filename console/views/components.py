"""Every part that pages are made of, on one page: what a new one may use, what a change must not break."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from console.actions import JOB_ACTIONS, offered
from console.views.access import PageRequest, page
from console.views.dashboard import SERIES
from console.words import WORDS

#: What has a badge.
STATES = ("order", "job", "quote", "transfer", "worker", "outcome")
THEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@page("auth.view_user")
async def components(request: PageRequest) -> HttpResponse:
    return render(
        request,
        "components.html",
        {
            "badges": [(of, [{"state": code} for code in WORDS[of]]) for of in STATES],
            "strips": [good_way(), stopped_way()],
            "events": events(),
            "rows": rows(),
            "counts": {"ready": 3, "running": 12, "failed": 1},
            "states": ["ready", "running", "failed"],
            "document": {"document": document()},
            "series": SERIES,
            "points": points(),
            "verdicts": verdicts(),
            "live_states": ["connecting", "live", "behind", "paused", "reconnecting", "signed-out"],
            "facts": {"task": "orders.tasks.fulfil", "made": THEN, "took": 4_210, "count": 1_234_567},
            "progress": {"progress": {"done": 640, "total": 1_000, "message": "TEA-100"}},
            "attempt": attempt(),
            "doings": offered(
                JOB_ACTIONS, request.user, {"retry": "", "cancel": "over"}, id="0192-1", key="0192-1"
            ),
            "address": "https://headrace.example/api/v1/jobs/0192-1",
        },
    )


def good_way() -> list[dict[str, Any]]:
    return [
        {"state": "received", "at": "done", "ms": 38},
        {"state": "secured", "at": "done", "ms": 412},
        {"state": "fulfilling", "at": "here", "ms": None},
        {"state": "fulfilled", "at": "ahead", "ms": None},
    ]


def stopped_way() -> list[dict[str, Any]]:
    return [
        {"state": "received", "at": "done", "ms": 65_000},
        {"state": "secured", "at": "ahead", "ms": None},
        {"state": "fulfilling", "at": "ahead", "ms": None},
        {"state": "fulfilled", "at": "ahead", "ms": None},
        {"state": "rejected", "at": "here", "ms": None},
    ]


def events() -> list[dict[str, Any]]:
    told = [
        ("received", "user:ada", "over the form"),
        ("secured", "worker:one", ""),
        ("failed", "worker:one", "no carrier gave a quote in 5 rounds"),
    ]
    return [
        {"id": at, "what": state, "actor": actor, "reason": reason, "at": THEN + timedelta(seconds=at)}
        for at, (state, actor, reason) in enumerate(told)
    ]


def rows() -> list[dict[str, Any]]:
    errors = ["", "TimeoutError: the carrier did not answer within 5 s", ""]
    return [
        {
            "id": f"0192-{at}",
            "task": "orders.tasks.secure",
            "state": state,
            "queue": "orders",
            "attempt": at + 1,
            "max_attempts": 5,
            "error": errors[at],
            "created_at": THEN + timedelta(seconds=at),
            "finished_at": None,
            "progress": {"done": 3, "total": 8, "message": ""} if state == "running" else None,
            "version": 1,
        }
        for at, state in enumerate(("running", "failed", "ready"))
    ]


def attempt() -> dict[str, Any]:
    return {
        "number": 2,
        "outcome": "timeout",
        "error": "TimeoutError: the carrier did not answer within 5 s",
        "traceback": "Traceback (most recent call last):\n  …\nTimeoutError",
        "ended_at": THEN,
    }


def document() -> dict[str, Any]:
    return {
        "order": "0192f0c4-7b1e-7cc3-98c4-dc0c0c07398f",
        "lines": [{"sku": "TEA-100", "quantity": 3}, {"sku": "BOWL", "quantity": 1}],
        "total": 4_350,
        "express": True,
        "note": None,
        "empty": [],
        "nested": {"deeper": {"deepest": "leave it at the door, please"}},
    }


def verdicts() -> list[dict[str, Any]]:
    late = {"code": "late", "at": "?", "queue": "orders", "ms": 41_000}
    failed = {"code": "failed-jobs", "at": "?", "n": 3}
    return [
        {"code": "well", "reasons": []},
        {"code": "look", "reasons": [late, failed]},
        {"code": "wrong", "reasons": [{"code": "ledger", "at": "?"}, late]},
    ]


def points() -> list[tuple[int, int, int, int]]:
    """Two minutes that repeat themselves, so that the picture stays the same."""
    start = int(THEN.timestamp())
    return [(start + at, (at * 7) % 13, (at * 3) % 4, 8 + (at * 11) % 17) for at in range(120)]
