"""One of the live machines: a ticker whose tick is a function."""

from collections.abc import Awaitable, Callable

from django.db import InterfaceError, OperationalError

from jobs.engine.machine import Ticker


class Loop(Ticker):
    """Calls ``tick`` again and again; it returns the seconds until the next."""

    def __init__(self, name: str, tick: Callable[[], Awaitable[float]]) -> None:
        super().__init__()
        self.name = name
        self._tick = tick

    async def tick(self) -> float:
        try:
            return await self._tick()
        except (OperationalError, InterfaceError) as error:
            # As the ORM calls a database that is away; a ticker knows asyncpg's words and the system's.
            raise ConnectionError(str(error)) from error
