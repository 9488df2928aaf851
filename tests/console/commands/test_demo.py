"""What the demo's command line takes. What the demo does is a journey: tests/journeys/test_demo.py."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from console.management.commands.demo import Command


def parse(*arguments: str) -> dict[str, object]:
    parser = CommandParser()
    Command().add_arguments(parser)
    return vars(parser.parse_args(arguments))


def test_without_arguments_it_runs_until_it_is_stopped() -> None:
    assert parse() == {"port": 8000, "rate": 2.0, "seconds": None, "json": False, "reset": False}


def test_every_argument() -> None:
    assert parse("--port", "0", "--rate", "0.5", "--for", "20", "--json", "--reset") == {
        "port": 0,
        "rate": 0.5,
        "seconds": 20.0,
        "json": True,
        "reset": True,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--port", "65536"], id="no such port"),
        pytest.param(["--port", "80.5"], id="half a port"),
        pytest.param(["--rate", "-1"], id="fewer than no orders"),
        pytest.param(["--rate", "nan"], id="not a number"),
        pytest.param(["--rate", "inf"], id="more orders than there are"),
        pytest.param(["--for", "soon"], id="not a time"),
    ],
)
def test_nonsense_is_refused_before_anything_starts(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("demo", *arguments)
