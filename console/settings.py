"""Settings, out of the environment. What each variable means stands beside it."""

import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from console import bootstrap, database, environment, postgres
from console.environment import CONNECTIONS, names, number, seconds, switch, text, whole
from console.logs import LOGS_OF_ADDRESSES
from console.secret import secret_key
from console.transport import cookie_names

BASE_DIR = bootstrap.BASE
DATA_DIR = bootstrap.DATA  # what this installation keeps: the built-in PostgreSQL, the secret key

DEBUG = switch("DEBUG")
#: Signs sessions and forms; made once and kept unless given. Several machines need the same one.
SECRET_KEY = text("SECRET_KEY") or secret_key(DATA_DIR / "secret_key")

#: Where people reach this installation. With https a proxy ends TLS and says so in X-Forwarded-Proto.
PUBLIC_URL = environment.origin("PUBLIC_URL", "http://127.0.0.1:8000")
_public = urlsplit(PUBLIC_URL)
_host = _public.netloc.removesuffix(f":{_public.port}")
ALLOWED_HOSTS = list(dict.fromkeys([*environment.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]"), _host]))
CSRF_TRUSTED_ORIGINS = names("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = cookie_names(_https)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
# Whether every subdomain is on https, and in the browsers' own list, is for the domain's owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
#: Addresses and networks of the proxies in front: only what they say in X-Forwarded-For is believed. None:
#: the client is whoever connects, which behind a proxy is the proxy, for everybody.
TRUSTED_PROXIES = names("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # our own site: console/admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",  # arrays in models
    "servestatic",
    "django.contrib.staticfiles",
    "axes",
    "jobs",
    "orders",
    *environment.apps("APPS"),  # your own, beside a clone left as it is
    "console",  # the last: by then every other app's permissions are made
]
if sys.version_info < (3, 12):
    INSTALLED_APPS.insert(0, "django_tasks")

ROOT_URLCONF = "console.urls"
ASGI_APPLICATION = "console.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
#: Your own PostgreSQL (14 or newer). Unset: the built-in one, which manage.py and the tests start and stop.
DATABASES = {"default": database.parse(text("DATABASE_URL") or postgres.url())}
TASKS = {"default": {"BACKEND": "jobs.backend.PostgresBackend", "QUEUES": []}}

# One process opens DATABASE_POOL_MAX + DATABASE_ORM_MAX + 3 connections at most (listener, announcer, heart).
#: The process's asyncpg pool: connections kept, connections at most; seconds a statement may take, seconds
#: to wait for a connection.
_most = whole("DATABASE_POOL_MAX", 20, 1, CONNECTIONS)
DATABASE_POOL = (whole("DATABASE_POOL_MIN", min(5, _most), 0, _most, "DATABASE_POOL_MAX"), _most)
DATABASE_COMMAND_TIMEOUT = seconds("DATABASE_COMMAND_TIMEOUT", 60.0)
DATABASE_ACQUIRE_TIMEOUT = seconds("DATABASE_ACQUIRE_TIMEOUT", 10.0)
#: A pooler in transaction mode stands in between. Most are noticed without: those that refuse settings they
#: do not know, as PgBouncer does, or number their connections themselves.
DATABASE_POOLED = switch("DATABASE_POOLED")
#: Connections of Django's ORM, over all threads; jobs that are plain functions have half of them at most.
DATABASE_ORM_MAX = whole("DATABASE_ORM_MAX", 6, 1, CONNECTIONS)

#: The engine: what each queue runs at once in one process, and how many claimed jobs it keeps at hand.
JOBS: dict[str, Any] = {
    "QUEUES": {
        "default": {"slots": 10, "prefetch": 3},
        "orders": {"slots": 4, "prefetch": 300},
        "outside": {"slots": 100, "prefetch": 10},
    },
    # Seconds: between two beats of a worker; it is believed alive after one; without one it stops itself.
    "BEAT": seconds("JOBS_BEAT", 5.0),
    "LEASE": seconds("JOBS_LEASE", 30.0),
    "FENCE": seconds("JOBS_FENCE", 20.0),
    # Seconds: between two looks at the tables when no notification comes; running jobs get to end at a stop.
    "POLL": seconds("JOBS_POLL", 2.0),
    "GRACE": seconds("JOBS_GRACE", 10.0, 0.0),
    "STAGED": [],  # tasks that fail on purpose: the pages tell them apart, the demo has one
    "HISTORY_DAYS": whole("HISTORY_DAYS", 30, 1, 36_500),  # days finished jobs are kept
}
environment.rising(JOBS_BEAT=JOBS["BEAT"], JOBS_FENCE=JOBS["FENCE"], JOBS_LEASE=JOBS["LEASE"])

#: Steps of your own (orders.steps.step), by path: a secured order does them in this order, then goes on.
ORDER_STEPS = names("ORDER_STEPS")
#: Carriers asked for a quote before an order is fulfilled: name → URL. None: orders are fulfilled at once.
CARRIERS = environment.addresses("CARRIERS")
#: host:port a fetch may reach although the address is not public, or the port is neither 80 nor 443.
FETCH_ALLOW = names("FETCH_ALLOW")
#: The pace a new host gets: never more than rate + burst calls in any second, over all processes.
FETCH_PACE = {
    "rate": number("FETCH_RATE", 50.0, 0.001, 100_000),
    "burst": whole("FETCH_BURST", 10, 1, 100_000),
}

# Pages
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "console.csp.content_security_policy",
    "console.compress.compress",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "console.body.body_limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.views.preferences.appearance",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "console.templatetags.page",
            ],
        },
    }
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100  # two a line of an order; its form says in words that it takes fewer
STATIC_URL = "/static/"
SERVESTATIC_USE_FINDERS = True  # straight out of the source folders: nobody runs collectstatic
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "console" / "locale"]  # ours wins where Django translates the same words, too
TIME_ZONE = "UTC"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "console.passwords.NotSimilar"},
    {"NAME": "console.passwords.NotTooShort", "OPTIONS": {"min_length": 10}},
    {"NAME": "console.passwords.NotCommon"},
]
SESSION_ENGINE = "console.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # a long working day, from the sign-in on
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.views.errors.forbidden_form"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Sign-in throttled: console/throttle.py says by what and why.
AUTHENTICATION_BACKENDS = ["console.throttle.Throttle", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "console.throttle.Attempts"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else who keeps guessing keeps the door shut
AXES_CLIENT_IP_CALLABLE = "console.address.client_address"
AXES_CLIENT_STR_CALLABLE = "console.throttle.who_and_where"  # its lines are off, see LOGGING
AXES_LOCKOUT_CALLABLE = "console.throttle.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # a row a sign-in, for ever
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "without_links": {"()": "console.logs.WithoutLinks"},
        "only_faults": {"()": "console.logs.OnlyFaults"},
        "without_debug": {"()": "django.utils.log.RequireDebugFalse"},
    },
    # Without DEBUG Django's own handlers only write mails: a page that fails is told on stderr.
    "handlers": {"faults": {"class": "logging.StreamHandler", "filters": ["without_debug", "only_faults"]}},
    # A filter of a logger sees what is logged there alone: these are those that name addresses.
    "loggers": {name: {"filters": ["without_links"]} for name in LOGS_OF_ADDRESSES}
    # What Axes says of each failure, throttle.py says of those that count, in our words.
    | {"axes": {"level": "ERROR"}}
    # A job that went well is on its page; telling a log of each takes as long as a short one itself.
    | {name: {"level": "WARNING"} for name in ("django.tasks", "django_tasks")}
    | {"django.request": {"filters": ["without_links"], "handlers": ["faults"]}},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "console.debug.WithoutCookies"
