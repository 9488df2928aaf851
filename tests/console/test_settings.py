"""What follows from ``PUBLIC_URL``: read in a process of its own, because settings are read once."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from console import bootstrap, postgres

ASK = """
import json
from console import settings
names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
         "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "ALLOWED_HOSTS",
         "CSRF_TRUSTED_ORIGINS", "DATABASES")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_with(**environment: str) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PUBLIC_URL")}
    asked = [sys.executable, "-c", ASK]
    done = subprocess.run(asked, cwd=bootstrap.BASE, env=clean | environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_https_turns_on_secure_cookies_redirect_and_hsts() -> None:
    found = settings_with(PUBLIC_URL="https://desk.example/")
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert "desk.example" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://desk.example"]


@pytest.mark.parametrize(
    "environment", [{}, {"PUBLIC_URL": "http://127.0.0.1:8123"}], ids=["unset", "loopback"]
)
def test_plain_http_on_loopback_turns_them_off(environment: dict[str, str]) -> None:
    found = settings_with(**environment)
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["CSRF_COOKIE_SECURE"] is False
    assert found["SECURE_SSL_REDIRECT"] is False
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["SESSION_COOKIE_NAME"] == "sessionid"


def test_without_a_url_the_database_is_the_built_in_one() -> None:
    conf = settings_with()["DATABASES"]["default"]
    assert conf["HOST"] in postgres.url().replace("%2F", "/")
    assert conf["NAME"] == "headrace"
