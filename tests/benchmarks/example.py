"""The figures of a run of ``bench jobs --peers``, as it tells them."""

from typing import Any


def figures(**changes: Any) -> dict[str, Any]:
    """A run in which two peers were measured, and one could not be."""
    peers = {
        "PgQueuer": {
            "mode": "batches of 1,000", "version": "1.6.0", "drain_per_s": 20_000, "enqueue_per_s": 70_000,
            "rss_mb": 57.0, "jobs": 40_000, "rounds": [20_000],
        },
        "Procrastinate": {
            "mode": "concurrency 50", "version": "3.10.0", "drain_per_s": 500, "enqueue_per_s": 9_000,
            "rss_mb": 40.0, "jobs": 1_500, "rounds": [500],
        },
        "oban-py": {"mode": "a queue of 200", "version": "", "error": "needs Python ≥ 3.12"},
    }  # fmt: skip
    return {
        "drain_per_s": 45_000, "enqueue_many_per_s": 160_000, "aenqueue_per_s": 8_000,
        "pickup_ms": {"p50": 2.5, "p95": 8.0, "p99": 25.0}, "rss_mb": 75.0,
        "sleepers": {"jobs": 10_000, "wall_s": 2.5, "rss_mb": 159.0, "loop_lag_ms": 400.0},
        "peers": peers, "ratio": {"PgQueuer": 2.25, "Procrastinate": 90.0}, "rounds": {},
        "postgres": {"fsync": "on", "server_version": "18.4"}, "quick": False,
        "began": "2026-11-30T07:41:29+00:00", "notes": ["oban-py: needs Python ≥ 3.12"],
        "sizes": {"rounds": 3}, "load": {"before": [0.1, 0.1, 0.1], "after": [1.9, 1.0, 0.5]},
        "machine": {
            "cores": 2, "python": "3.11.7", "system": "Linux 6.18 x86_64", "versions": {"asyncpg": "0.32.0"},
        },
    } | changes  # fmt: skip
