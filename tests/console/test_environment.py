"""Settings out of the environment: read as they are meant, or refused in one sentence."""

import os
import re
import runpy
import subprocess
import sys
from typing import Any

import pytest

from console import bootstrap
from console.environment import SettingProblem

SETTINGS = bootstrap.BASE / "console" / "settings.py"

#: What is refused: variable, value, and what must stand in the sentence beside the variable.
REFUSED = {
    "a switch in other words": ("DEBUG", "maybe", "is 'maybe': it must be on or off"),
    "a pooler in other words": ("DATABASE_POOLED", "pgbouncer", "on or off"),
    "an address without a scheme": ("PUBLIC_URL", "desk.example", "is 'desk.example': it must be a scheme"),
    "another scheme": ("PUBLIC_URL", "ftp://desk.example", "a scheme, a host and at most a port"),
    "no host": ("PUBLIC_URL", "https://", "a host"),
    "a path": ("PUBLIC_URL", "https://desk.example/desk", "'https://desk.example/desk'"),
    "a query": ("PUBLIC_URL", "https://desk.example?x=1", "'https://desk.example?x=1'"),
    "a fragment": ("PUBLIC_URL", "https://desk.example#top", "#top"),
    "something behind it": ("PUBLIC_URL", "https://desk.example, and more", "and more"),
    "a line more": ("PUBLIC_URL", "https://desk.example\n", r"\n"),
    "an address with a password": ("PUBLIC_URL", "https://ada:sesame@desk.example", "is '…@desk.example'"),
    "a port beyond": ("PUBLIC_URL", "https://desk.example:65536", "a port"),
    "no port": ("PUBLIC_URL", "https://desk.example:", "a port"),
    "half an IPv6 address": ("PUBLIC_URL", "http://[::1", "'http://[::1'"),
    "no IPv6 address": ("PUBLIC_URL", "http://[::1::2]", "'http://[::1::2]'"),
    "an app that is not there": ("APPS", "tests,nosuch", "names 'nosuch', which cannot be imported"),
    "no app's name": ("APPS", "../shop", "names '../shop', which cannot be imported"),
    "a host with a scheme": ("ALLOWED_HOSTS", "desk.example,http://x", "names 'http://x': it must be host"),
    "a host with a port": ("ALLOWED_HOSTS", "desk.example:80", "without a scheme, a port or a path."),
    "no connection": ("DATABASE_POOL_MAX", "0", "is '0': it must be a whole number from 1 to 10000."),
    "half a connection": ("DATABASE_POOL_MAX", "1.5", "a whole number"),
    "fewer than none": ("DATABASE_POOL_MIN", "-1", "from 0 to 20 (DATABASE_POOL_MAX)."),
    "a least beyond the most": ("DATABASE_POOL_MIN", "21", "is '21'"),
    "a number in words": ("DATABASE_ORM_MAX", "x", "is 'x': it must be a whole number from 1 to 10000."),
    "a time that is none": ("DATABASE_COMMAND_TIMEOUT", "nan", "a number of seconds from 0.1 to 86400."),
    "a time without an end": ("DATABASE_ACQUIRE_TIMEOUT", "inf", "a number of seconds"),
    "a beat as slow as the fence": (
        "JOBS_BEAT",
        "20",
        "is 20: it must be less than JOBS_FENCE, which is 20.",
    ),
    "a fence beyond the lease": ("JOBS_FENCE", "31", "is 31: it must be less than JOBS_LEASE, which is 30."),
    "a lease longer than a day": ("JOBS_LEASE", "90000", "is '90000'"),
    "looking without a pause": ("JOBS_POLL", "0", "is '0'"),
    "less than no grace": ("JOBS_GRACE", "-1", "from 0 to 86400."),
    "no history": ("HISTORY_DAYS", "0", "from 1 to 36500."),
    "no JSON": ("CARRIERS", "swift=https://sesame", "must be a JSON object"),
    "a list": ("CARRIERS", '["https://swift.example"]', "must be a JSON object"),
    "a carrier without an address": ("CARRIERS", '{"swift": 1}', "http or https addresses"),
    "a carrier elsewhere": ("CARRIERS", '{"swift": "file:///etc/passwd"}', "http or https addresses"),
    "a carrier's port": ("CARRIERS", '{"swift": "http://swift.example:x"}', "http or https addresses"),
    "no pace": ("FETCH_RATE", "0", "from 0.001 to 100000."),
    "no burst": ("FETCH_BURST", "0", "from 1 to 100000."),
}

#: What is taken: variable, value, the setting, and what it is then.
TAKEN = {
    "on": ("DEBUG", "On", "DEBUG", True),
    "off": ("DEBUG", "0", "DEBUG", False),
    "empty": ("DATABASE_ORM_MAX", "", "DATABASE_ORM_MAX", 6),
    "a pool smaller than its usual least": ("DATABASE_POOL_MAX", "3", "DATABASE_POOL", (3, 3)),
    "a trailing slash": ("PUBLIC_URL", "https://desk.example/", "PUBLIC_URL", "https://desk.example"),
    "capitals": ("PUBLIC_URL", "HTTPS://Desk.Example", "CSRF_TRUSTED_ORIGINS", ["https://desk.example"]),
    "the scheme's own port": ("PUBLIC_URL", "https://desk.example:443", "PUBLIC_URL", "https://desk.example"),
    "a port": ("PUBLIC_URL", "http://desk.example:81", "CSRF_TRUSTED_ORIGINS", ["http://desk.example:81"]),
    "an IPv6 address": (
        "PUBLIC_URL", "http://[2001:DB8::1]:81", "ALLOWED_HOSTS",
        ["127.0.0.1", "localhost", "[::1]", "[2001:db8::1]"],
    ),
    "hosts": ("ALLOWED_HOSTS", "*,.a.example", "ALLOWED_HOSTS", ["*", ".a.example", "127.0.0.1"]),
    "no grace": ("JOBS_GRACE", "0", "JOBS", 0.0),
    "names": ("APPS", " tests , ,json.tool", "INSTALLED_APPS", ["tests", "json.tool"]),
    "carriers": ("CARRIERS", '{"a": "http://a.example/q"}', "CARRIERS", {"a": "http://a.example/q"}),
}  # fmt: skip


def settings_with(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> dict[str, Any]:
    monkeypatch.setenv(variable, value)
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize(("variable", "value", "words"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    with pytest.raises(SettingProblem) as caught:
        settings_with(monkeypatch, variable, value)
    said = str(caught.value)
    assert said.startswith(f"{variable} ")
    assert words in said
    assert "\n" not in said
    assert "sesame" not in said


@pytest.mark.parametrize(("variable", "value", "setting", "expected"), TAKEN.values(), ids=TAKEN)
def test_what_makes_sense_is_taken(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, setting: str, expected: Any
) -> None:
    found = settings_with(monkeypatch, variable, value)[setting]
    if setting == "INSTALLED_APPS":
        found = found[-3:-1]
    elif setting == "JOBS":
        found = found["GRACE"]
    assert found == expected


def test_every_setting_that_can_make_no_sense_is_in_the_table() -> None:
    read = re.findall(
        r'(?:switch|whole|number|seconds|origin|addresses|apps|hosts)\("(\w+)"', SETTINGS.read_text()
    )
    assert set(read) == {variable for variable, *_ in REFUSED.values()}


@pytest.mark.parametrize("command", ["serve", "demo", "migrate", "check", "test", "help"])
def test_every_command_says_it_in_one_line(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=bootstrap.BASE,
        env=os.environ | {"DATABASE_ORM_MAX": "many"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "DATABASE_ORM_MAX is 'many': it must be a whole number from 1 to 10000.\n"
