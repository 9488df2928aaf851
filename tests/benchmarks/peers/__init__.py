"""The peers: each a program of its own in its best documented mode, which speaks our protocol.

``install 0`` makes its tables on an empty database, ``enqueue N`` enqueues no-op jobs in its fastest way, and
``drain N`` runs them in one process: seconds from the first handler that begins until the last end is stored.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """``package`` is what is installed of it; ``jobs`` take it some seconds: it is the rate that counts."""

    name: str
    module: str
    package: str
    jobs: int
    mode: str
    python: tuple[int, int] = (3, 11)
    redis: bool = False


PEERS = (
    Peer("PgQueuer", "pgqueuer", "pgqueuer", 40_000, "asyncpg, uvloop, batches of 1,000"),
    Peer("awa-pg", "awa", "awa-pg", 20_000, "queue storage, COPY, 200 workers"),
    Peer("oban-py", "oban", "oban", 10_000, "uvloop, a queue of 200", (3, 12)),
    Peer("Celery on Redis", "celery", "celery", 4_000, "2 processes, prefetch 128, no results", redis=True),
    Peer("Procrastinate", "procrastinate", "procrastinate", 1_500, "psycopg, concurrency 50"),
    Peer("django-vtasks", "vtasks", "django-vtasks", 1_000, "on PostgreSQL, uvloop, concurrency 50", (3, 12)),
    Peer("dj-queue", "dj_queue", "dj-queue", 800, "async mode, 8 threads, prefetch 8", (3, 12)),
)
