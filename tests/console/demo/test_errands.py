"""What is done beside the orders, and in which turn."""

from random import Random

import pytest

from console.demo.errands import KINDS, Errands, send
from jobs.rules.transitions import FINAL
from tests.jobs.conftest import detail

pytestmark = pytest.mark.usefixtures("database")


async def test_a_round_of_errands_has_each_kind_in_it_and_all_of_them_can_be_enqueued() -> None:
    dealer = Errands(Random(1))
    jobs = [job for _each in KINDS for job in dealer.next()]
    assert {job.task.rpartition(".")[2] for job in jobs} == {
        "count_stock",
        "print_labels",
        "plan_round",
        "call_a_cab",
    }
    await send(jobs)
    states = [(await detail(job.id))["state"] for job in jobs]
    assert states.count("scheduled") == 1
    assert not FINAL.intersection(states)
