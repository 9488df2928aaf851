"""What the live side can carry: sockets on one topic, beside Channels' groups under the same server.

Everything runs on a PostgreSQL of its own. Rates are measured in turns, ours and the peer's, in one server;
memory, delay and statements in another one, which has carried nothing before.
"""

import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.benchmarks import machine, programs
from tests.benchmarks.crowd import Crowd, Door, seq_of
from tests.benchmarks.programs import Say, Server
from tests.benchmarks.report import Line, percentiles
from tests.faults.cluster import TEMPLATE, Cluster, lay_ground
from tests.journeys.cast import Alice

#: Seconds one round of deliveries may take, and what was committed may take to be heard by everybody.
ROUND, LATE = 40.0, 10.0
#: Sockets that come in before memory is looked at: what the first of them load is there once.
FIRST = 20


@dataclass(frozen=True)
class Sizes:
    """How much is measured. The peer sends fewer events a round: it is a rate, and it takes the longest."""

    sockets: int = 200
    events: int = 2_000
    peer_events: int = 100
    rounds: int = 3
    crowd: int = 1_000
    rate: int = 20
    seconds: int = 10
    tabs: int = 50
    tab_seconds: int = 6


QUICK = Sizes(sockets=5, events=20, peer_events=20, rounds=1, crowd=5, seconds=1, tabs=3, tab_seconds=1)


def run(say: Say, *, quick: bool) -> dict[str, Any]:
    """Measure, and return the figures. Less than three minutes; nothing is left behind."""
    sizes = QUICK if quick else Sizes()
    before = machine.load()
    with tempfile.TemporaryDirectory(prefix="headrace-bench-") as folder:
        say("a PostgreSQL of its own")
        cluster = Cluster(Path(folder) / "server")
        try:
            alice = asyncio.run(lay_ground(cluster))
            figures = _Bench(cluster.url(TEMPLATE), alice, sizes, say).run()
        finally:
            cluster.destroy()
    return figures | {
        "notes": [note] if (note := programs.no_redis()) else [],
        "quick": quick,
        "sizes": vars(sizes),
        "machine": machine.machine(),
        "load": {"before": before, "after": machine.load()},
    }


def lines(figures: dict[str, Any]) -> list[Line]:
    """The figures for people, each with what is to be reached."""
    delay, sizes = figures["event_to_socket_ms"], figures["sizes"]
    ours, peer, redis = (figures[key] for key in ("deliveries_per_s", "group_send_per_s", "redis_per_s"))
    sockets, crowd = sizes["sockets"], sizes["crowd"]
    rows = [
        Line(f"frames a second to {sockets} sockets", ours, peer, figures["ratio"], 10, least=True),
        Line("the same beside channels-redis", ours, redis, figures["ratio_redis"], 10, least=True),
    ]
    for name in ("p50", "p95", "p99"):
        target = 50 if name == "p95" else None
        rows.append(Line(f"commit to frame at {crowd} sockets, {name}, ms", delay[name], target=target))
    memory, tabs = figures["kib_per_socket"], figures["queries_ratio_50_tabs"]
    rows.append(Line(f"memory a socket, of {crowd}, KiB", memory, target=40))
    rows.append(Line(f"statements of {sizes['tabs']} tabs by those of one", ratio=tabs, target=1.2))
    return [replace(row, quick=figures["quick"]) for row in rows]


@dataclass
class _Rates:
    """Deliveries a second, round by round, and how busy server and client were with them."""

    rounds: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        return round(statistics.median(self.rounds), 1) if self.rounds else None

    def busy(self) -> dict[str, float]:
        return {
            "server": round(statistics.median(self.server), 2),
            "client": round(statistics.median(self.client), 2),
        }


class _Bench:
    """One run on one database."""

    def __init__(self, url: str, alice: Alice, sizes: Sizes, say: Say) -> None:
        self.url, self.alice, self.sizes, self.say = url, alice, sizes, say

    def run(self) -> dict[str, Any]:
        with (
            programs.redis(programs.no_redis()) as redis_port,
            programs.serving(self.url, redis_port) as server,
        ):
            self._write_one()
            rates = self._rates(server, ["ours", "memory", *(["redis"] if redis_port else [])])
        with programs.serving(self.url) as server:
            crowd = self._crowd(server)
            tabs = self._tabs(server)
        ours, memory, redis = (rates.get(side, _Rates()).median for side in ("ours", "memory", "redis"))
        return {
            "deliveries_per_s": ours,
            "group_send_per_s": memory,
            "ratio": _ratio(ours, memory),
            "redis_per_s": redis,
            "ratio_redis": _ratio(ours, redis),
            **crowd,
            "queries_ratio_50_tabs": tabs,
            "busy": {side: rate.busy() for side, rate in rates.items()},
            "rounds": {side: [round(one) for one in rate.rounds] for side, rate in rates.items()},
        }

    def _door(self, server: Server, side: str = "ours") -> Door:
        """How a page comes in, by a session's cookie; or how a socket joins a group."""
        if side != "ours":
            return Door(server.port, f"/bench/{side}")
        cookie = server.ask("cookie", self.alice.username)["cookie"]
        origin = f"Origin: http://127.0.0.1:{server.port}"
        headers = (f"Cookie: {cookie}", origin, "Sec-WebSocket-Protocol: headrace.v1")
        return Door(server.port, "/ws/v1/", headers, "orders")

    def _write_one(self) -> None:
        with programs.writing(self.url, self.alice.id, self.sizes.rate, 1) as writer:
            programs.start(writer)
            programs.written(writer)

    def _rates(self, server: Server, sides: list[str]) -> dict[str, _Rates]:
        rates = {side: _Rates() for side in sides}
        for number in range(self.sizes.rounds):
            for side in sides:
                self.say(f"round {number + 1}: {side}")
                self._round(server, side, rates[side])
        return rates

    def _round(self, server: Server, side: str, rates: _Rates) -> None:
        """Everybody gets every event, exactly once: one dropped, and the round does not end."""
        events = self.sizes.events if side == "ours" else self.sizes.peer_events
        with Crowd(self._door(server, side)) as crowd:
            crowd.grow(self.sizes.sockets)
            before, began = server.ask("state"), time.monotonic()
            server.ask("tell", f"{side}:{events}")
            took = crowd.hear(ROUND, events) - began
            after, busy = server.ask("state"), crowd.busy
            crowd.hear(0.2)  # nothing more comes
        if any(seat.events != events for seat in crowd.seats):
            raise RuntimeError(f"{side}: not everybody got each of {events} events exactly once")
        rates.rounds.append(len(crowd.seats) * events / took)
        rates.server.append((after["cpu"] - before["cpu"]) / took)
        rates.client.append(busy)

    def _crowd(self, server: Server) -> dict[str, Any]:
        """What a socket costs in memory, and how long what was committed takes to everybody."""
        self.say(f"{self.sizes.crowd} sockets come in")
        arrivals: list[tuple[int, float]] = []
        orders: dict[int, list[str]] = {}

        def heard(frame: bytes, at: float) -> None:
            seq = seq_of(frame)
            arrivals.append((seq, at))
            if seq not in orders:
                orders[seq] = [row["id"] for row in json.loads(frame)["data"]["rows"]]

        first = min(FIRST, self.sizes.crowd)
        with Crowd(self._door(server), heard) as crowd:
            crowd.grow(first)
            before = server.resident_kib()
            crowd.grow(first + self.sizes.crowd)
            memory = (server.resident_kib() - before) / self.sizes.crowd
            self.say(f"{self.sizes.rate} events a second, {self.sizes.seconds} s")
            before = server.ask("state")["cpu"]
            committed = self._write(crowd, self.sizes.seconds)
            cpu = server.ask("state")["cpu"] - before
        delays = sorted(
            (at - committed[order]) * 1000
            for seq, at in arrivals
            for order in orders[seq]
            if order in committed
        )
        if len(delays) != len(committed) * len(crowd.seats):
            raise RuntimeError("not every order was told to everybody")
        return {
            "event_to_socket_ms": percentiles(delays),
            "kib_per_socket": round(memory, 1),
            "busy_crowd": {"server": round(cpu / self.sizes.seconds, 2), "client": round(crowd.busy, 2)},
        }

    def _write(self, crowd: Crowd, seconds: int) -> dict[str, float]:
        """Orders at the pace, while the crowd hears of them; each with the instant of its commit."""
        count = self.sizes.rate * seconds
        with programs.writing(self.url, self.alice.id, self.sizes.rate, count) as writer:
            programs.start(writer)
            crowd.hear(seconds + 1.0)  # the last of them, too
            return programs.written(writer)

    def _tabs(self, server: Server) -> float:
        """Statements of the server's process while so many tabs are open, by those while one is."""
        counted = []
        for tabs in (1, self.sizes.tabs):
            self.say(f"{tabs} open, {self.sizes.tab_seconds} s")
            with Crowd(self._door(server)) as crowd:
                crowd.grow(tabs)
                before = server.ask("state")["statements"]
                self._write(crowd, self.sizes.tab_seconds)
                counted.append(server.ask("state")["statements"] - before)
        return round(counted[1] / counted[0], 2)


def _ratio(ours: float | None, peer: float | None) -> float | None:
    return round(ours / peer, 2) if ours and peer else None
