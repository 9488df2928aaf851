"""Configurations that would give secrets away: refused, or warned of, in words."""

import os
import subprocess
import sys

import pytest

from console import bootstrap
from console.checks import secrets_stay_secret


def found(settings, **values):
    for name, value in values.items():
        setattr(settings, name, value)
    return [message.id for message in secrets_stay_secret(None)]


@pytest.mark.parametrize(
    ("url", "debug", "ids"),
    [
        pytest.param("https://desk.example", False, [], id="https"),
        pytest.param("http://127.0.0.1:8000", True, [], id="loopback"),
        pytest.param("http://localhost:8000", True, [], id="loopback by name"),
        pytest.param("http://[::1]:8000", True, [], id="loopback on IPv6"),
        pytest.param("http://desk.example", False, ["console.W001"], id="http for everybody"),
        pytest.param("http://127.0.0.1.example", False, ["console.W001"], id="a name that looks like it"),
        pytest.param("https://desk.example", True, ["console.E002"], id="DEBUG for everybody"),
    ],
)
def test_what_people_reach_it_by(settings, url, debug, ids):
    assert found(settings, PUBLIC_URL=url, DEBUG=debug) == ids


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/8/8", "10.0.0.1/24", ""])
def test_a_proxy_that_is_no_address_is_refused(settings, text):
    assert found(settings, TRUSTED_PROXIES=["10.0.0.0/24", text]) == ["console.E003"]


def check(**environment):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=bootstrap.BASE, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )


def test_djangos_own_deployment_checks_find_nothing_with_https(database_server):
    done = check(PUBLIC_URL="https://desk.example")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


def test_serving_passwords_by_http_is_said_in_words(database_server):
    done = check(PUBLIC_URL="http://desk.example")
    assert done.returncode == 1
    assert "readable by anybody" in done.stderr
