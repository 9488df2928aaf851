"""Settings, out of the environment. What each variable means stands beside it."""

import sys
from urllib.parse import urlsplit

import environ

from console import bootstrap, database, postgres
from console.secret import secret_key

BASE_DIR = bootstrap.BASE
DATA_DIR = bootstrap.DATA  # what this installation keeps: the built-in PostgreSQL, the secret key
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
#: Signs sessions and forms; made once and kept unless given. Several machines need the same one.
SECRET_KEY = env("SECRET_KEY", default="") or secret_key(DATA_DIR / "secret_key")

#: Where people reach this installation. With https a proxy ends TLS and says so in X-Forwarded-Proto.
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if _public.hostname and _public.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(f"[{_public.hostname}]" if ":" in _public.hostname else _public.hostname)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"{_public.scheme}://{_public.netloc}"])
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None

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
#: Your own PostgreSQL (14 or newer). Unset: the built-in one, which manage.py and the tests start and stop.
DATABASES = {"default": database.parse(env("DATABASE_URL", default="") or postgres.url())}
TASKS = {"default": {"BACKEND": "jobs.backend.PostgresBackend", "QUEUES": []}}

# One process opens DATABASE_POOL_MAX + DATABASE_ORM_MAX + 3 connections at most (listener, announcer, heart).
#: The process's asyncpg pool: connections kept, connections at most; seconds a statement may take, seconds
#: to wait for a connection.
DATABASE_POOL = (env.int("DATABASE_POOL_MIN", default=5), env.int("DATABASE_POOL_MAX", default=20))
DATABASE_COMMAND_TIMEOUT = env.float("DATABASE_COMMAND_TIMEOUT", default=60.0)
DATABASE_ACQUIRE_TIMEOUT = env.float("DATABASE_ACQUIRE_TIMEOUT", default=10.0)
#: Connections of Django's ORM, over all threads; jobs that are plain functions have half of them at most.
DATABASE_ORM_MAX = env.int("DATABASE_ORM_MAX", default=6)

#: The engine: what each queue runs at once in one process, and how many claimed jobs it keeps at hand.
JOBS = {
    "QUEUES": {
        "default": {"slots": 10, "prefetch": 3},
        "orders": {"slots": 4, "prefetch": 300},
        "outside": {"slots": 100, "prefetch": 10},
    },
    # Seconds: between two beats of a worker; it is believed alive after one; without one it stops itself.
    "BEAT": env.float("JOBS_BEAT", default=5.0),
    "LEASE": env.float("JOBS_LEASE", default=30.0),
    "FENCE": env.float("JOBS_FENCE", default=20.0),
    # Seconds: between two looks at the tables when no notification comes; running jobs get to end at a stop.
    "POLL": env.float("JOBS_POLL", default=2.0),
    "GRACE": env.float("JOBS_GRACE", default=10.0),
    "HISTORY_DAYS": env.int("HISTORY_DAYS", default=30),  # days finished jobs are kept
}

#: Carriers asked for a quote before an order is fulfilled: name → URL. None: orders are fulfilled at once.
CARRIERS = env.json("CARRIERS", default={})
#: host:port a fetch may reach although the address is not public, or the port is neither 80 nor 443.
FETCH_ALLOW = env.list("FETCH_ALLOW", default=[])
#: The pace a new host gets: never more than rate + burst calls in any second, over all processes.
FETCH_PACE = {"rate": env.float("FETCH_RATE", default=50.0), "burst": env.int("FETCH_BURST", default=10)}

# Pages
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "console.csp.ContentSecurityPolicy",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "console.templatetags.page",
            ],
        },
    }
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100  # the order form: two fields a line, 1,000 lines
STATIC_URL = "/static/"
SERVESTATIC_USE_FINDERS = True  # straight out of the source folders: nobody runs collectstatic
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "UTC"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.views.errors.forbidden_form"
SECURE_REFERRER_POLICY = "same-origin"
