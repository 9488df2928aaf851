"""A Django project in one call, for the peers that are backends of django.tasks."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit


def set_up(apps: list[str], backend: str, options: dict[str, Any] | None = None, **more: Any) -> None:
    """Settings with these apps and this backend on DATABASE_URL; Django is ready afterwards."""
    import django
    from django.conf import settings

    url = urlsplit(os.environ["DATABASE_URL"])
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": unquote(url.hostname or ""),
        "USER": url.username,
        "NAME": url.path.lstrip("/"),
        "CONN_MAX_AGE": None,
    }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", *apps],
        TASKS={"default": {"BACKEND": backend, "QUEUES": [], "OPTIONS": options or {}}},
        USE_TZ=True,
        LOGGING={"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}},
        **more,
    )
    django.setup()


def install(_: int) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {}
