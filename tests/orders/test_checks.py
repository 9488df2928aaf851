"""A wrong ORDER_STEPS is found before anything starts, in words."""

import os
import subprocess
import sys
from typing import Any

import pytest

from console import bootstrap
from orders.checks import check_order_steps

HERE = "tests.orders.sample_steps"


def test_steps_that_are_there_are_fine(settings: Any) -> None:
    settings.ORDER_STEPS = [f"{HERE}.wrap", f"{HERE}.weigh"]
    assert check_order_steps() == []


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        pytest.param(
            [f"{HERE}.wrpa"],
            f'orders.E001: ORDER_STEPS names {HERE}.wrpa, which is no task: Module "{HERE}" does not define',
            id="a name nobody has",
        ),
        pytest.param(
            ["shpo.tasks.wrap"], "orders.E001: ORDER_STEPS names shpo.tasks.wrap", id="no such module"
        ),
        pytest.param(["wrap"], "orders.E001: ORDER_STEPS names wrap, which is no task", id="no path"),
        pytest.param([f"{HERE}.seen"], "orders.E001", id="something that is no task"),
        pytest.param(
            [f"{HERE}.no_step"],
            f"orders.E002: ORDER_STEPS names {HERE}.no_step, which is a task but no order step.",
            id="a task that is no step",
        ),
        pytest.param(
            [f"{HERE}.wrap"] * 2, f"orders.E003: ORDER_STEPS names {HERE}.wrap more than once.", id="twice"
        ),
    ],
)
def test_what_is_wrong_is_named(settings: Any, names: list[str], problem: str) -> None:
    settings.ORDER_STEPS = names
    [found] = check_order_steps()
    assert f"{found.id}: {found.msg}".startswith(problem)
    assert found.hint


def test_a_command_refuses_to_start_with_it() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=bootstrap.BASE,
        env=os.environ | {"ORDER_STEPS": " shop.tasks.wrap"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "ORDER_STEPS names shop.tasks.wrap, which is no task: No module named 'shop'" in done.stderr
    assert "Traceback" not in done.stderr
