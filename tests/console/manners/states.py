"""Rows in every state there is, and with words longer than anybody types."""

from dataclasses import dataclass
from typing import Any

from console.live.sampler import Sampler
from console.live.series import Series
from console.words import WORDS
from jobs import db
from orders.catalogue import add_customers, add_products
from tests.console.admin.rows import fill

LONG = "Without-a-place-to-break-" * 8
UNBROKEN = "Unbroken" * 13
ALIVE, GONE = (f"00000000-0000-7000-8000-0000000000{n}" for n in ("a1", "a2"))

#: $1 states of orders, $2 a long word. One order a state; those that failed need a person.
ORDERS = """
WITH one AS (SELECT * FROM orders LIMIT 1), made AS (
    INSERT INTO orders (id, number, client, external_ref, customer, currency, total, state, reason, attention,
                        door)
    SELECT gen_random_uuid(), nextval('order_number'), client, $2 || new, one.customer, one.currency, 900,
           new, CASE WHEN new IN ('rejected', 'cancelled') THEN 'no stock: ' || $2 ELSE '' END,
           CASE WHEN new = 'failed' THEN 'no carrier answers: ' || $2 ELSE '' END, 'form'
      FROM one, unnest($1::text[]) AS new
    RETURNING id, state)
INSERT INTO order_line (order_id, position, sku, quantity, unit_price, amount)
SELECT id, 1, 'TEA', 2, 450, 900 FROM made
"""
#: All that can hang on one order, $1 it, $2 a long word.
HANGING = [
    "INSERT INTO order_event (order_id, state, actor, reason)"
    " SELECT $1, state, 'user:' || left($2, 60), $2 FROM unnest($3::text[]) AS state",
    "INSERT INTO quote (id, order_id, round, carrier, state, price, currency, detail, answered_at)"
    " SELECT gen_random_uuid(), $1, 2, state || '.carrier', state, 1250, 'EUR', $2, clock()"
    " FROM unnest($3::text[]) AS state",
    "INSERT INTO transfer (id, debit, credit, amount, currency, state, order_id, actor, reason)"
    " SELECT gen_random_uuid(), min(id), max(id), 1234567890, 'EUR', state, $1, 'user:ada', $2"
    " FROM account, unnest($3::text[]) AS state WHERE currency = 'EUR' GROUP BY state",
]
#: What a carrier said in the first round it said again in the second: it is folded.
REPEATED = (
    "INSERT INTO quote (id, order_id, round, carrier, state, detail, answered_at)"
    " SELECT gen_random_uuid(), $1, 1, 'failed.carrier', 'failed', $2, clock()"
)
HOT = """
INSERT INTO job (id, task, queue, subject, state, run_at, fence, worker, started_at, progress, kwargs)
SELECT gen_random_uuid(), 'orders.tasks.' || left($4, 60), 'orders', 'order:' || $1, state,
       clock() - interval '3 min', 1, $3::uuid, clock(),
       '{"done": 3, "total": 7, "message": "rows read"}', jsonb_build_object('why', $4::text, 'n', 1)
  FROM unnest($2::text[]) AS state
"""
HISTORY = """
INSERT INTO job_history (id, task, queue, subject, run_at, created_at, started_at, state, finished_at, result,
                         error)
SELECT gen_random_uuid(), 'shop.' || state, 'default', 'order:' || $1, clock(), clock(), clock(), state,
       clock(),
       '{"a": [1, "two", null, true, {"b": 2.5}]}', CASE state WHEN 'succeeded' THEN '' ELSE $3::text END
  FROM unnest($2::text[]) AS state
"""
ATTEMPTS = """
INSERT INTO attempt (job, task, number, fence, started_at, outcome, error_class, error, traceback)
SELECT job.id, job.task, place, 1, clock(), outcome, 'shop.Closed', 'Closed: ' || $2, 'in <shop>' || $2
  FROM (SELECT id, task FROM job_history WHERE state = 'failed') AS job,
       unnest($1::text[]) WITH ORDINALITY AS o (outcome, place)
"""
WORKERS = """
INSERT INTO worker (id, name, queues, lease_until, load, stopped_at)
VALUES ($1::uuid, 'mill.example:7', '{"orders": 4, "default": 10}', clock() + interval '1 h',
        '{"lag": 1200, "blocked": {"task": "shop.tasks.grinds", "seconds": 1.2, "line": "shop/tasks.py:7"},
          "queues": {"orders": {"slots": 4, "busy": 3, "buffered": 17, "prefetch": 300}}}', NULL),
       ($2::uuid, 'mill.example:8', '{"orders": 4}', clock() - interval '1 min', '{}', NULL)
"""
MINUTES = """
INSERT INTO job_minute (minute, task, queue, state, shard, count, wait_spread, run_spread)
SELECT date_trunc('minute', clock()) - make_interval(mins => n), 't', 'q', 'succeeded', 0, 2,
       spread('{40, 400}'), spread('{1200, 30}') FROM generate_series(0, 50) AS n
"""


@dataclass(frozen=True)
class Rows:
    """What the addresses of the walk name: ids by state."""

    order: dict[str, Any]
    job: dict[str, Any]


async def fill_every_state() -> Rows:
    """The administration's rows, and one of each state of all that pages show."""
    taken = await fill()
    await add_products([{"sku": "LONG", "name": LONG, "currency": "EUR", "price": 1, "on_hand": 1}])
    await add_customers([{"code": "L-1", "name": LONG, "currencies": ["EUR", "KWD"]}])
    await add_customers([{"code": "L-2", "name": UNBROKEN, "currencies": ["EUR"]}])
    async with db.connection() as conn:
        states = [state for state in WORDS["order"] if state != "received"]
        await conn.execute(ORDERS, states, LONG)
        orders = dict(await conn.fetch("SELECT state, id FROM orders ORDER BY number DESC"))
        for statement, words in zip(HANGING, ("event", "quote", "transfer"), strict=True):
            await conn.execute(statement, orders["failed"], LONG, list(WORDS[words]))
        await conn.execute(REPEATED, orders["failed"], LONG)
        await conn.execute(WORKERS, ALIVE, GONE)
        await conn.execute(HOT, str(taken), ["scheduled", "waiting", "ready", "running"], ALIVE, LONG)
        await conn.execute(HISTORY, str(orders["failed"]), ["succeeded", "failed", "cancelled"], LONG)
        await conn.execute(ATTEMPTS, list(WORDS["outcome"]), LONG)
        await conn.execute(MINUTES)
        jobs = dict(
            await conn.fetch(
                "SELECT state, id FROM job WHERE progress IS NOT NULL"
                " UNION ALL SELECT state, id FROM job_history WHERE started_at IS NOT NULL"
            )
        )
    return Rows({**orders, "received": taken}, jobs)


async def sampled() -> Sampler:
    """A sampler of this process that has looked, so that the dashboard's charts have lines. Stop it."""
    sampler = Sampler(Series())
    sampler.start()
    for _ in range(3):
        await sampler.sample()
    await sampler.prove()
    return sampler
