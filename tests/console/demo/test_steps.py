import io
import re

import pytest
from rich.console import Console

from console.demo.steps import Steps


def steps() -> tuple[Steps, io.StringIO]:
    out = io.StringIO()
    return Steps(Console(file=out, width=40)), out


def test_a_step_is_one_line_with_its_time_and_what_it_found() -> None:
    printing, out = steps()
    with printing.step("database") as step:
        step.detail = "PostgreSQL 18, in .data of this folder"
    assert re.fullmatch(r"✓ database  PostgreSQL 18, in \.data of this folder  \d\.\d\d s\n", out.getvalue())


def test_a_step_that_began_before_its_block_says_the_whole_time() -> None:
    printing, out = steps()
    with printing.step("database") as step:
        step.before = 7.0
    assert re.fullmatch(r"✓ database  7\.\d\d s\n", out.getvalue())


def test_a_step_that_raises_is_marked_and_raises_on() -> None:
    printing, out = steps()
    with pytest.raises(ValueError), printing.step("catalogue"):
        raise ValueError("no")
    assert out.getvalue().startswith("✗ catalogue")


def test_a_link_longer_than_the_terminal_stays_in_one_piece() -> None:
    printing, out = steps()
    link = "http://127.0.0.1:8000/sign-in/" + "x" * 80 + "/"
    printing.say(link)
    assert out.getvalue() == link + "\n"


def test_square_brackets_are_no_markup() -> None:
    printing, out = steps()
    printing.say("host [::1] [bold]")
    assert out.getvalue() == "host [::1] [bold]\n"
