"""Settings, out of the environment. What each variable means stands beside it."""

import sys
from pathlib import Path
from urllib.parse import unquote

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="set-by-bootstrap")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "jobs",
    "orders",
    "console",
]
if sys.version_info < (3, 12):
    INSTALLED_APPS.insert(0, "django_tasks")

ROOT_URLCONF = "console.urls"
ASGI_APPLICATION = "console.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///headrace")}
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])  # a socket directory comes percent-encoded
# TASKS = {"default": {"BACKEND": "jobs.backend.PostgresBackend", "QUEUES": []}}

#: The process's asyncpg pool: connections kept, connections at most; seconds a statement, seconds to wait for one.
DATABASE_POOL = (env.int("DATABASE_POOL_MIN", default=5), env.int("DATABASE_POOL_MAX", default=20))
DATABASE_COMMAND_TIMEOUT = env.float("DATABASE_COMMAND_TIMEOUT", default=60.0)
DATABASE_ACQUIRE_TIMEOUT = 10.0

#: The engine: what each queue runs at once in one process, and how many claimed jobs it keeps at hand.
JOBS = {
    "QUEUES": {
        "default": {"slots": 10, "prefetch": 3},
        "orders": {"slots": 4, "prefetch": 300},
        "outside": {"slots": 100, "prefetch": 10},
    },
    "BEAT": 5.0,  # seconds between two beats of a worker
    "LEASE": 30.0,  # seconds a worker is believed alive after a beat
    "FENCE": 20.0,  # seconds without a beat after which a worker stops itself
    "POLL": 2.0,  # seconds between two looks at the tables when no notification comes
    "GRACE": 10.0,  # seconds running jobs get to end at a stop
    "HISTORY_DAYS": 30,
}

#: Carriers asked for a quote before an order is fulfilled: name → URL. None: orders are fulfilled at once.
CARRIERS = env.json("CARRIERS", default={})
#: host:port a fetch may reach although the address is not public.
FETCH_ALLOW = env.list("FETCH_ALLOW", default=[])
