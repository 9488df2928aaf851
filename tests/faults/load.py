"""Orders that keep coming over HTTP while something breaks, each asked for until its outcome is known."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import aiohttp

from tests.faults.history import History
from tests.journeys.cast import Alice, order

#: Seconds until a request without an answer counts as unknown: no answer may take as long.
PATIENCE = 60.0
#: Seconds a client waits before it repeats a question at most.
PAUSE = 0.3
#: How often a question is repeated at most.
MOST_TRIES = 1_000


class Load:
    """A bounded stream of orders. What ended unknown is repeated under its key until it is known.

    ``address`` says where the server is now: it may come back on another port.
    """

    def __init__(self, address: Callable[[], str], alice: Alice, *, rate: float, count: int) -> None:
        self.address, self.alice = address, alice
        self.rate, self.count = rate, count
        self.history = History()
        self.enough = asyncio.Event()
        #: Set whenever an order is acknowledged.
        self.acknowledged = asyncio.Event()
        self._session: aiohttp.ClientSession

    async def run(self) -> None:
        """Submit at the rate until there were enough; returns when every outcome is known."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        connector = aiohttp.TCPConnector(limit=200)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as self._session,
            asyncio.TaskGroup() as orders,
        ):
            for _ in range(self.count):
                orders.create_task(self._until_known(str(uuid4())))
                try:
                    async with asyncio.timeout(1 / self.rate):
                        await self.enough.wait()
                except TimeoutError:
                    continue
                return

    async def more(self, orders: int, seconds: float = 30.0) -> None:
        """Wait until so many more orders are acknowledged."""
        goal = len(self.history.acknowledged) + orders
        async with asyncio.timeout(seconds):
            while len(self.history.acknowledged) < goal:
                self.acknowledged.clear()
                await self.acknowledged.wait()

    async def _until_known(self, key: str) -> None:
        for _ in range(MOST_TRIES):
            if await self._ask(key):
                return
            await asyncio.sleep(random.uniform(0.3, 1) * PAUSE)

    async def _ask(self, key: str) -> bool:
        """Ask once; whether the outcome is known now."""
        history = self.history
        history.invoke(key)
        began = time.monotonic()
        try:
            async with self._session.post(
                f"{self.address()}/api/v1/orders", json=order(), headers=self.alice.headers(key)
            ) as answer:
                body = await answer.json(content_type=None) if answer.status != 503 else {}
                if answer.status == 503:
                    assert "Retry-After" in answer.headers
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            history.unknown(key, type(error).__name__)
            return False
        finally:
            history.waits.append(time.monotonic() - began)
        if answer.status == 202:
            history.ok(key, body["id"])
            self.acknowledged.set()
            return True
        if answer.status >= 500 or answer.status in (409, 429):
            history.unknown(key, str(answer.status))
            return False
        history.fail(key, f"{answer.status} {body}")
        return True


@asynccontextmanager
async def loading(
    address: Callable[[], str], alice: Alice, *, rate: float = 20.0, count: int = 2_000, settle: float = 60.0
) -> AsyncIterator[Load]:
    """Load inside of the block; at its end no orders come, and each outcome is known within ``settle``."""
    load = Load(address, alice, rate=rate, count=count)
    running = asyncio.create_task(load.run(), name="load")
    try:
        yield load
        load.enough.set()
        async with asyncio.timeout(settle):
            await running
    finally:
        running.cancel()
        await asyncio.wait({running}, timeout=5)
