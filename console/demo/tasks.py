"""What the demo's shop does beside its orders: a job that counts, one that fails, one that blocks, one that
ends itself. Each shows something that orders do not.
"""

import asyncio
import itertools
import logging
import math
import time
from collections.abc import Sequence
from typing import Any

from console.demo.catalogue import PRODUCTS
from jobs import Cancel, Context, compat, constant, exponential, task
from jobs.engine import lag
from orders.models import Stock

#: Their queue. Few slots, so that sometimes one waits for its turn.
QUEUE, SLOTS = "shop", 1
#: Seconds at one shelf.
SHELF = 0.4
#: Seconds that planning a round may hold up the loop.
LONGEST = 2.0


def furnish(engine: dict[str, Any]) -> None:
    """Give an engine's settings the shop's queue, and a short grace: who ends the demo does not wait. What
    fails or blocks the loop on purpose is told as that. After Django is set up, which sets up its log, too.
    """
    # Some orders fail on purpose; the jobs page tells of each, so the terminal need not.
    logging.getLogger(compat.LOGGER).setLevel(logging.CRITICAL)
    logging.getLogger(lag.__name__).addFilter(staged)
    engine["STAGED"] = [print_labels.module_path]
    engine["QUEUES"] = engine["QUEUES"] | {QUEUE: {"slots": SLOTS, "prefetch": 0}}
    engine["GRACE"] = min(engine["GRACE"], 2.0)


@task(queue_name=QUEUE, takes_context=True, timeout=120, retry=exponential(attempts=5))
async def count_stock(context: Context) -> dict[str, int]:
    """Walk along the shelves, and say at each how far it is."""
    on_hand = {stock.sku: stock.on_hand async for stock in Stock.objects.all()}
    units = 0
    for place, product in enumerate(PRODUCTS):
        context.progress(place, len(PRODUCTS), product.name)
        await asyncio.sleep(SHELF)
        units += on_hand.get(product.sku, 0)
    context.progress(len(PRODUCTS), len(PRODUCTS), "")
    return {"shelves": len(PRODUCTS), "units": units}


def staged(record: logging.LogRecord) -> bool:
    """Makes one short line of the lag gauge's about plan_round: no fault, so its stack is no news."""
    match record.args:
        case (seconds, task, _line) if str(task).startswith(plan_round.module_path):
            record.msg = "on purpose: %s held the loop up for %.1f s"
            record.args = (plan_round.func.__name__, seconds)
    return True


class OutOfPaper(Exception):
    """The label printer's complaint."""


class Printer:
    """A printer whose tray nobody fills."""

    tray = 0

    def print(self, text: str) -> None:
        self._feed(len(text.splitlines()))

    def _feed(self, sheets: int) -> None:
        if sheets > self.tray:
            raise OutOfPaper(f"{sheets} sheets are wanted and {self.tray} are in the tray")


@task(retry=exponential(attempts=4, base=2.0))
async def print_labels(sku: str, copies: int) -> None:
    """Fails on purpose: each time, until its attempts are used up."""
    Printer().print("\n".join([sku] * copies))


@task(retry=constant(attempts=3))
async def plan_round(seconds: float) -> dict[str, Any]:
    """Blocks the event loop on purpose, as long sums in a handler do: the lag gauge names it."""
    stops = [(37 * place % 101, 61 * place % 97) for place in range(1, 10)]
    return {"kilometres": round(_shortest(stops, min(seconds, LONGEST)), 1)}


def _shortest(stops: Sequence[tuple[int, int]], seconds: float) -> float:
    """The shortest round past the stops of those that can be tried in so many seconds."""
    until = time.monotonic() + seconds
    best = math.inf
    for order in itertools.cycle(itertools.permutations(stops)):
        best = min(best, sum(itertools.starmap(math.dist, itertools.pairwise([(0, 0), *order, (0, 0)]))))
        if time.monotonic() >= until:
            break
    return best


@task(retry=constant(attempts=1))
async def call_a_cab(customer: str) -> None:
    """Ends itself: cancelled, with a reason."""
    raise Cancel(f"{customer} walks home")
