"""A program that watches a topic, as an integrator would write it; it fails on a gap in ``seq``."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any

import aiohttp

Row = dict[str, Any]
ENDED = {"fulfilled", "rejected", "expired", "cancelled", "failed"}


class Watch:
    """One socket on one topic: ``rows`` holds the newest version of each row seen so far."""

    def __init__(self, url: str, token: str, topic: str = "orders") -> None:
        self.url, self.token, self.topic = url, token, topic
        self.rows: dict[str, Row] = {}
        self.frames: list[dict[str, Any]] = []
        self.seq = 0
        self.epoch = ""

    async def __aenter__(self) -> "Watch":
        self.session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"})
        self.socket = await self.session.ws_connect(self.url + "/ws/v1/", protocols=["headrace.v1"])
        await self.socket.send_json({"type": "subscribe", "id": "1", "topic": self.topic})
        await self.frame("snapshot")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self.session.close()

    async def frame(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of this type."""
        while True:
            frame = await self.socket.receive_json(timeout=30)
            self.frames.append(frame)
            await self._take(frame)
            if kind in (None, frame["type"]):
                return frame

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] not in ("snapshot", "reset", "event") or frame["topic"] != self.topic:
            return
        if frame["type"] == "event":
            assert frame["epoch"] == self.epoch
            assert frame["seq"] == self.seq + 1, f"a gap: {self.seq} → {frame['seq']}"
        self.epoch, self.seq = frame["epoch"], frame["seq"]
        if self.seq % 16 == 0:
            await self.socket.send_json({"type": "seen", "topic": self.topic, "seq": self.seq})
        data = frame["data"]
        for row in data.get("rows", []) + [data[one] for one in ("order", "job") if data.get(one)]:
            known = self.rows.get(row["id"])
            if known is None or row["version"] > known["version"]:
                self.rows[row["id"]] = row

    async def until(self, happened: Callable[[], bool], seconds: float = 60.0) -> None:
        """Read frames until ``happened()``."""
        async with asyncio.timeout(seconds):
            while not happened():
                await self.frame()

    async def ended(self, ids: set[str], seconds: float = 60.0) -> list[Row]:
        """The rows of these orders once each has come to its end."""
        await self.until(
            lambda: all(one in self.rows and self.rows[one]["state"] in ENDED for one in ids), seconds
        )
        return [self.rows[one] for one in ids]
