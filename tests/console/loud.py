"""The console's settings with every logger at its loudest, for tests that search what is said."""

from console.settings import *  # noqa: F403
from console.settings import LOGGING

LOGGING = LOGGING | {
    "handlers": LOGGING["handlers"] | {"all": {"class": "logging.StreamHandler"}},
    "root": {"level": "DEBUG", "handlers": ["all"]},
    "loggers": LOGGING["loggers"]
    | {
        name: {"level": "DEBUG", "handlers": [], "propagate": True}
        for name in ("django", "django.db.backends", "axes", "daphne", "asyncio", "console", "jobs", "orders")
    },
}
