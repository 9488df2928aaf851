"""The jobs beside the orders: dealt one after the other, so that each page shows each state of a job."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.utils import timezone

from console.demo import tasks
from console.demo.catalogue import CUSTOMERS, PRODUCTS
from jobs import db
from jobs.enqueue import NewJob, enqueue_on, new_job

#: Seconds between two errands.
PAUSE = 12.0
#: Seconds ahead that the evening's count is put.
AHEAD = 45.0

KINDS = ("count", "labels", "plan", "later", "cab")


class Errands:
    """Deals errands in turn, each a job or two."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._dealt = 0

    def next(self) -> list[NewJob]:
        """The next errand's jobs: two counts at once are one more than the queue has slots for."""
        kind = KINDS[self._dealt % len(KINDS)]
        self._dealt += 1
        if kind == "count":
            return [new_job(tasks.count_stock), new_job(tasks.count_stock)]
        if kind == "labels":
            return [new_job(tasks.print_labels, self._dice.choice(PRODUCTS).sku, self._dice.randint(2, 40))]
        if kind == "plan":
            return [new_job(tasks.plan_round, round(self._dice.uniform(0.4, tasks.LONGEST), 1))]
        if kind == "later":
            return [new_job(tasks.count_stock.using(run_after=timezone.now() + timedelta(seconds=AHEAD)))]
        return [new_job(tasks.call_a_cab, self._dice.choice(CUSTOMERS).name)]

    async def run(self) -> None:
        """Until cancelled. A database that is away is outlived by who runs it."""
        while True:
            await send(self.next())
            await asyncio.sleep(PAUSE)


async def send(jobs: Sequence[NewJob]) -> None:
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
