"""What the small pages behind the buttons share: the question as a page of its own, and what was typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.actions import MOST_REASON
from console.views.access import PageRequest


def confirm(request: PageRequest, action: dict[str, Any], name: str, back: str) -> HttpResponse:
    """The question a dialog asks, for browsers without scripts. ``name`` is what it is about."""
    return render(request, "confirm.html", {"action": action, "name": name, "back": back})


def reason_of(request: HttpRequest) -> str:
    """Why, as it was typed into the form; it may be empty."""
    return request.POST.get("reason", "").replace("\x00", "").strip()[:MOST_REASON]


def actor_of(request: PageRequest) -> str:
    return f"user:{request.user.get_username()}"
