"""What the engine can carry: no-op jobs in one process, beside other queues in the same run.

Everything runs on a PostgreSQL of its own with its safe defaults; in each round everybody has a turn, on a
new database. What is timed, and by whom, is said in engine.py and peers/__init__.py.
"""

import asyncio
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks import machine, programs
from tests.benchmarks.environments import Environments, installed
from tests.benchmarks.peers import PEERS, Peer
from tests.benchmarks.programs import Failed, Say
from tests.benchmarks.report import Line, percentiles
from tests.faults.cluster import TEMPLATE, Cluster, lay_ground

#: Seconds one thing may take a peer, and us.
PEER_LIMIT, LIMIT = 60.0, 120.0
ENGINE = [sys.executable, "-m", "tests.benchmarks.engine"]
#: What makes a figure of PostgreSQL's comparable: nothing of it is switched off.
SAFE = ("fsync", "synchronous_commit", "full_page_writes")

#: By how much ours is to drain faster than a peer.
RATIOS = {"PgQueuer": 2.0, "Procrastinate": 50.0}


@dataclass(frozen=True)
class Sizes:
    """Jobs of each case a round."""

    drain: int = 50_000
    aenqueue: int = 20_000
    pickup: int = 150
    sleepers: int = 10_000
    rounds: int = 3


QUICK = Sizes(drain=300, aenqueue=200, pickup=5, sleepers=50, rounds=1)


def run(say: Say, *, quick: bool, peers: bool = False) -> dict[str, Any]:
    """Measure, and return the figures. Nothing is left behind but the peers' environments."""
    sizes = QUICK if quick else Sizes()
    before, began = machine.load(), datetime.now(UTC)
    without = programs.no_redis_server() if peers else "no peers"
    with tempfile.TemporaryDirectory(prefix="headrace-bench-") as folder, programs.redis(without) as port:
        say("a PostgreSQL of its own")
        cluster = Cluster(Path(folder) / "server")
        try:
            asyncio.run(lay_ground(cluster))
            bench = _Bench(cluster, sizes, say)
            found = _Peers(bench, port) if peers else None
            bench.rounds(found)
            figures = bench.figures(found)
            figures["postgres"] = asyncio.run(_postgres(cluster))
        finally:
            cluster.destroy()
    return figures | {
        "quick": quick,
        "began": began.isoformat(timespec="seconds"),
        "notes": [f"{name}: {one['error']}" for name, one in figures["peers"].items() if "error" in one],
        "sizes": vars(sizes),
        "machine": machine.machine(),
        "load": {"before": before, "after": machine.load()},
    }


def lines(figures: dict[str, Any]) -> list[Line]:
    """The figures for people, each with what is to be reached; after a quick run nothing is."""
    ours, peers, ratio = figures["drain_per_s"], figures["peers"], figures["ratio"]
    rows = [
        Line(
            f"drained a second, beside {name}",
            ours,
            peer["drain_per_s"],
            ratio[name],
            RATIOS.get(name),
            least=True,
        )
        for name, peer in peers.items()
        if "error" not in peer
    ] or [Line("drained a second", ours)]
    many, sleepers, delay = figures.get("enqueue_many_per_s"), figures["sleepers"], figures["pickup_ms"]
    if many is not None:
        rows.append(Line("enqueued a second, many at once", many, target=150_000, least=True, alone=True))
    one_by_one = figures["aenqueue_per_s"]
    rows.append(
        Line("enqueued a second, one by one by 50", one_by_one, target=10_000, least=True, alone=True)
    )
    for name, target in (("p50", 3), ("p95", None), ("p99", 20)):
        rows.append(Line(f"enqueue to handler, idle, {name}, ms", delay[name], target=target))
    rows.append(Line("memory of a drain, MB", figures["rss_mb"]))
    jobs = f"{sleepers['jobs']:,}"
    rows.append(Line(f"{jobs} jobs that sleep 1 s, s", sleepers["wall_s"], target=3))
    rows.append(Line("their memory, MB", sleepers["rss_mb"], target=250))
    rows.append(Line("the loop's worst lag meanwhile, ms", sleepers["loop_lag_ms"]))
    return [replace(line, quick=figures["quick"]) for line in rows]


class _Bench:
    """One run on one server, and what was found so far: figures by case, a round each."""

    def __init__(self, cluster: Cluster, sizes: Sizes, say: Say) -> None:
        self.cluster, self.sizes, self.say = cluster, sizes, say
        self.found: dict[str, list[float]] = defaultdict(list)
        self.delays: list[float] = []

    def rounds(self, peers: "_Peers | None") -> None:
        for number in range(1, self.sizes.rounds + 1):
            self.say(f"round {number}: ours")
            self._round()
            if peers is not None:
                peers.round(number)

    def on_a_copy(
        self, template: str, *asked: tuple[list[str], str], seconds: float, **env: str
    ) -> list[Any]:
        """Ask these things, a process each, on a database of their own; between two its planner looks."""
        answers = []
        asyncio.run(self.cluster.execute(f"CREATE DATABASE round TEMPLATE {template}"))
        try:
            for arguments, what in asked:
                asyncio.run(self._settle())
                url = self.cluster.url("round")
                answers.append(programs.ask(arguments, what, seconds, DATABASE_URL=url, **env))
        finally:
            asyncio.run(self.cluster.execute("DROP DATABASE round WITH (FORCE)"))
        return answers

    async def _settle(self) -> None:
        """Statistics are there, and no checkpoint of what was before falls into what is measured."""
        async with self.cluster.connected("round") as conn:
            await conn.execute("VACUUM (ANALYZE)")
            await conn.execute("CHECKPOINT")

    def _ours(self, *asked: str) -> list[Any]:
        return self.on_a_copy(TEMPLATE, *((ENGINE, what) for what in asked), seconds=LIMIT)

    def _round(self) -> None:
        sizes = self.sizes
        load, drain = self._ours(f"load {sizes.drain}", f"drain {sizes.drain}")
        if load["many"]:
            self.found["enqueue_many_per_s"].append(rate(load))
        self.found["drain_per_s"].append(rate(drain))
        self.found["rss_mb"].append(drain["rss_mb"])
        (enqueue,) = self._ours(f"aenqueue {sizes.aenqueue}")
        self.found["aenqueue_per_s"].append(rate(enqueue))
        (pickup,) = self._ours(f"pickup {sizes.pickup}")
        self.delays += pickup["delays_ms"]
        _, slept = self._ours(f"load_sleepers {sizes.sleepers}", f"sleepers {sizes.sleepers}")
        self.found["wall_s"].append(slept["seconds"])
        self.found["sleepers_rss_mb"].append(slept["rss_mb"])
        self.found["loop_lag_ms"].append(slept["loop_lag_ms"])

    def figures(self, peers: "_Peers | None") -> dict[str, Any]:
        middle = {name: statistics.median(values) for name, values in self.found.items()}
        rates = [name for name in ("drain_per_s", "enqueue_many_per_s", "aenqueue_per_s") if name in middle]
        told = peers.figures() if peers is not None else {}
        return {
            **{name: round(middle[name]) for name in rates},
            "pickup_ms": percentiles(sorted(self.delays)),
            "rss_mb": round(middle["rss_mb"], 1),
            "sleepers": {
                "jobs": self.sizes.sleepers,
                "wall_s": round(middle["wall_s"], 2),
                "rss_mb": round(middle["sleepers_rss_mb"], 1),
                "loop_lag_ms": round(middle["loop_lag_ms"], 1),
            },
            "peers": told,
            "ratio": {
                name: round(middle["drain_per_s"] / peer["drain_per_s"], 2)
                for name, peer in told.items()
                if "error" not in peer
            },
            "rounds": {name: [round(value, 2) for value in values] for name, values in self.found.items()},
        }


@dataclass
class _Standing:
    """What is known of a peer: how to start it, its rounds; or why it is out."""

    python: str = ""
    version: str = ""
    drains: list[float] = field(default_factory=list)
    enqueues: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    error: str = ""


class _Peers:
    """The peers of a run. One that fails is out from then on, and the others go on."""

    def __init__(self, bench: _Bench, redis_port: int | None) -> None:
        self.bench = bench
        self.redis = bool(redis_port)
        self.env = {"REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "DJANGO_SETTINGS_MODULE": ""}
        self.standing = {peer: _Standing() for peer in PEERS}
        environments = Environments(bench.say)
        for peer, standing in self.standing.items():
            try:
                self._install(peer, standing, environments)
            except Failed as error:
                standing.error = str(error)

    def _install(self, peer: Peer, standing: _Standing, environments: Environments) -> None:
        if peer.redis and not self.redis:
            raise Failed(programs.no_redis_server())
        python = environments.python(peer)
        standing.python, standing.version = str(python), installed(python, peer.package)
        cluster = self.bench.cluster
        asyncio.run(cluster.execute(f"CREATE DATABASE {self._template(peer)}"))
        url = cluster.url(self._template(peer))
        programs.ask(self._arguments(peer), "install 0", PEER_LIMIT, DATABASE_URL=url, **self.env)

    def round(self, number: int) -> None:
        for peer, standing in self.standing.items():
            if not standing.error:
                self.bench.say(f"round {number}: {peer.name}")
                try:
                    self._round(peer, standing)
                except Failed as error:
                    standing.error = str(error)

    def _round(self, peer: Peer, standing: _Standing) -> None:
        asked = [(self._arguments(peer), f"{what} {peer.jobs}") for what in ("enqueue", "drain")]
        enqueue, drain = self.bench.on_a_copy(self._template(peer), *asked, seconds=PEER_LIMIT, **self.env)
        standing.enqueues.append(rate(enqueue))
        standing.drains.append(rate(drain))
        standing.memory.append(drain["rss_mb"])

    def figures(self) -> dict[str, Any]:
        return {peer.name: _told(peer, standing) for peer, standing in self.standing.items()}

    def _arguments(self, peer: Peer) -> list[str]:
        return [self.standing[peer].python, "-m", f"tests.benchmarks.peers.{peer.module}"]

    @staticmethod
    def _template(peer: Peer) -> str:
        return f"peer_{peer.module}"


def _told(peer: Peer, standing: _Standing) -> dict[str, Any]:
    known = {"mode": peer.mode, "version": standing.version}
    if standing.error:
        return known | {"error": standing.error}
    return known | {
        "drain_per_s": round(statistics.median(standing.drains)),
        "enqueue_per_s": round(statistics.median(standing.enqueues)),
        "rss_mb": round(statistics.median(standing.memory), 1),
        "jobs": peer.jobs,
        "rounds": [round(one) for one in standing.drains],
    }


def rate(answer: dict[str, Any]) -> float:
    """Jobs a second."""
    return float(answer["jobs"] / answer["seconds"])


async def _postgres(cluster: Cluster) -> dict[str, str]:
    """Its version, and that it is as safe as it comes. Raises RuntimeError where it is not."""
    async with cluster.connected(TEMPLATE) as conn:
        settings = {name: await conn.fetchval(f"SHOW {name}") for name in (*SAFE, "server_version")}
    if any(settings[name] != "on" for name in SAFE):
        raise RuntimeError(f"this PostgreSQL is not as safe as it comes: {settings}")
    return settings
