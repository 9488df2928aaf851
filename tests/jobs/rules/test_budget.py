"""How many connections a process may open, and how many processes fit."""

import pytest

from jobs.rules.budget import Budget, Ceiling, Standing, tightest

BUDGET = Budget(pool=20, orm=6)


def test_a_budget_is_the_sum_of_who_connects() -> None:
    assert BUDGET.total == 29
    assert Budget(pool=8, orm=4, listener=0, heart=0).total == 13


@pytest.mark.parametrize(
    ("ceiling", "fitting", "wanted", "spare"),
    [
        pytest.param(Ceiling("server", 97, 0, 1), 3, 29, 68, id="one-of-three"),
        pytest.param(Ceiling("server", 97, 10, 3), 3, 87, 0, id="the-last-that-fits"),
        pytest.param(Ceiling("server", 97, 11, 3), 2, 87, -1, id="one-connection-short"),
        pytest.param(Ceiling("server", 97, 0, 10), 3, 290, -193, id="ten-on-a-default-server"),
        pytest.param(Ceiling("role", 20, 0, 1), 0, 29, -9, id="not-even-one"),
        pytest.param(Ceiling("server", 97, 120, 1), 0, 29, -29, id="others-have-it-all"),
        pytest.param(Ceiling("server", 97, 0, 0), 3, 29, 68, id="its-own-listener-not-there-yet"),
    ],
)
def test_where_a_process_stands(ceiling: Ceiling, fitting: int, wanted: int, spare: int) -> None:
    here = Standing(BUDGET, ceiling)
    assert (here.fitting, here.wanted, here.spare) == (fitting, wanted, spare)


def test_the_ceiling_that_leaves_the_least_counts() -> None:
    server, role = Ceiling("server", 97, 0, 3), Ceiling("role", 60, 0, 1)
    assert tightest(BUDGET, [server]).ceiling is server
    assert tightest(BUDGET, [server, role]).ceiling is server  # 10 spare, of the role 31
    assert tightest(BUDGET, [server, role._replace(most=30)]).ceiling.of == "role"
