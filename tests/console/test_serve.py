"""``manage.py serve`` where it cannot start, or must not. (Where it can, the journeys use it.)"""

import asyncio
import os
import sys

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    "command",
    [
        ("serve", "--port", "0"),
        ("ledger_check",),
        ("token_create", "ada"),
        ("orders_submit", "--user", "ada"),
    ],
)
async def test_a_database_without_tables_is_said_in_one_sentence(empty_database, command):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"DATABASE_URL": empty_database},
    )
    async with asyncio.timeout(60):
        said, errors = await process.communicate()
    assert process.returncode == 1
    assert said == b""
    assert b"python3 manage.py migrate" in errors
    assert b"Traceback" not in errors


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example"])
def test_debug_is_not_served_beyond_this_machine(settings, host):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="DEBUG is on"):
        call_command("serve", "--host", host, skip_checks=True)
