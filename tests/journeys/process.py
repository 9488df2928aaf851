"""A real ``manage.py serve`` on the test database: started, waited for, ended by its id."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
START = 30.0
STOP = 30.0


def database_url() -> str:
    """The URL of the test database, as another process needs it."""
    conf = connections["default"].settings_dict
    password = f":{quote(conf['PASSWORD'], safe='')}" if conf.get("PASSWORD") else ""
    host = quote(conf["HOST"] or "", safe="")
    port = f":{conf['PORT']}" if conf.get("PORT") else ""
    return f"postgres://{quote(conf['USER'], safe='')}{password}@{host}{port}/{conf['NAME']}"


class Serve:
    """One server process.

    A lease of three seconds makes a rescue short enough for a test; every other rule is the default.
    """

    def __init__(self, **env: str) -> None:
        self.env = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "JOBS_BEAT": "0.5",
            "JOBS_LEASE": "3",
            "JOBS_FENCE": "2",
            "JOBS_POLL": "0.5",
            **env,
        }
        self.url = ""
        self.lines: list[str] = []
        self._reader: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[str] | None = None

    async def __aenter__(self) -> "Serve":
        await self.begin()
        await self.ready()
        return self

    async def begin(self) -> None:
        """Start the process, and wait for nothing."""
        self._ready = asyncio.get_running_loop().create_future()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "manage.py", "serve", "--port", "0",
            cwd=ROOT, env=self.env,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())

    async def ready(self) -> None:
        """Wait until it serves."""
        assert self._ready is not None
        async with asyncio.timeout(START):
            self.url = await self._ready

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
                raise AssertionError("serve did not end on SIGTERM:\n" + self.output) from None
        if self._reader is not None:
            await self._reader
        if error is not None:
            sys.stderr.write(self.output)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def kill(self) -> None:
        """End it as a power cut would, and see that it is gone."""
        self.process.kill()
        assert await self.process.wait() == -signal.SIGKILL

    async def terminate(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Its exit code, and its whole output read."""
        assert self._reader is not None
        async with asyncio.timeout(STOP):
            await asyncio.wait({self._reader})
            return await self.process.wait()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        assert self._ready is not None
        async for raw in self.process.stdout:
            line = raw.decode(errors="replace")
            self.lines.append(line)
            if (found := re.search(r"http://[\d.]+:\d+", line)) and not self._ready.done():
                self._ready.set_result(found[0])
        if not self._ready.done():
            self._ready.set_exception(AssertionError("serve ended before it was ready:\n" + self.output))
            self._ready.exception()  # fetched: a test may end it while it starts


@asynccontextmanager
async def serving(**env: str) -> AsyncIterator[Serve]:
    async with Serve(**env) as server:
        yield server
