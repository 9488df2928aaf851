"""The demo's panel: break something, and watch it heal. Only the demo's addresses lead here."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from console.demo.breaks import LEAD, Breaks, current
from console.demo.kinds import KINDS
from console.views.access import PageRequest, page
from jobs.engine import process


def panel_address(**_parts: str) -> str:
    return reverse("demo")


@page("jobs.control_job")
async def panel(request: PageRequest) -> HttpResponse:
    return show(request, _breaks())


def show(request: PageRequest, breaks: Breaks, refused: str = "") -> HttpResponse:
    """The panel; with ``refused`` it says that what was pressed is not done, and why: 409."""
    return render(
        request,
        "demo/panel.html",
        {
            "kinds": breaks.kinds,
            "cannot_cut": "database" not in breaks.kinds,
            "now": told(breaks),
            "health": {"health": _health()},
            "refused": refused,
        },
        status=409 if refused else 200,
    )


@page("jobs.control_job")
async def state(request: PageRequest) -> HttpResponse:
    """Where the last break stands, for the panel to renew itself."""
    return JsonResponse(told(_breaks()))


@page("jobs.control_job", methods=("POST",), form_at=panel_address)
async def begin(request: PageRequest, kind: str) -> HttpResponse:
    """Break it, unless something is broken already."""
    breaks = _breaks()
    if kind not in breaks.kinds:
        raise Http404
    if not breaks.begin(kind, request.user.get_username()):
        words = _("One thing at a time: “%(title)s” is not over yet. Nothing else was broken.")
        return show(request, breaks, words % {"title": KINDS[breaks.kind].title})
    return HttpResponseRedirect(reverse("demo"))


@page("jobs.control_job", methods=("POST",), form_at=panel_address)
async def mend(request: PageRequest) -> HttpResponse:
    breaks = _breaks()
    if not breaks.mend(request.user.get_username()):
        return show(request, breaks, _("There is nothing to mend now."))
    return HttpResponseRedirect(reverse("demo"))


def told(breaks: Breaks) -> dict[str, Any]:
    """Where it stands as a row of the page; ``chosen`` says what will happen, until it does; ``left`` is
    milliseconds until the end of its phase, None where nothing is counted down; ``lasts`` is how many the
    break itself lasts.
    """
    blocked = _blocked()
    kind = KINDS[breaks.kind] if breaks.kind else None
    about = {"lead": f"{LEAD:g}", "seconds": f"{kind.seconds:g}"} if kind else {}
    return {
        "blocked": bool(blocked),
        "blocker": blocked.get("task"),
        "blocked_ms": round(blocked.get("seconds", 0.0) * 1000),
        "blocked_line": blocked.get("line"),
        "title": str(kind.title) if kind else "",
        "chosen": str(kind.chosen) % about if kind and breaks.phase == "soon" else "",
        "phase": breaks.phase,
        "mendable": breaks.mendable,
        "idle": not breaks.busy,
        "left": round(breaks.left * 1000) if breaks.left else None,
        "lasts": round(kind.seconds * 1000) if kind else None,
        "found": [{"at": found.at, "text": str(found.words) % found.facts} for found in breaks.found],
    }


def _health() -> str:
    """What /api/v1/health says: that the database answers, this page itself shows."""
    running = process.current()
    ready = running is None or running.engine is None or running.engine.status()["ready"]
    return "well" if ready else "away"


def _blocked() -> dict[str, Any]:
    """Who held this process's loop up last; empty where nobody has."""
    running = process.current()
    if running is None or running.engine is None:
        return {}
    return running.engine.lag.status()["blocked"] or {}


def _breaks() -> Breaks:
    breaks = current()
    if breaks is None:
        raise Http404
    return breaks
