"""The statements of a job's life go through their indexes, on tables of fifty thousand rows."""

from uuid import UUID

import orjson

from jobs import db
from jobs.moves import sql

JOB = UUID(int=500)

FILL = """
INSERT INTO job (id, task, queue, state, run_at, fence, worker, started_at, subject)
SELECT lpad(to_hex(n), 32, '0')::uuid, 't', 'q' || n % 5,
       CASE WHEN n % 100 = 0 THEN 'running' WHEN n % 101 = 0 THEN 'waiting' WHEN n % 3 = 0 THEN 'ready'
            ELSE 'scheduled' END,
       clock() + make_interval(secs => n), n, gen_random_uuid(), clock(), 'order:' || n
FROM generate_series(1, 50000) AS n;
INSERT INTO job_history (id, task, run_at, created_at, state, finished_at, subject)
SELECT lpad(to_hex(n + 100000), 32, '0')::uuid, 't', clock(), clock(), 'succeeded', clock(), 'order:' || n
FROM generate_series(1, 50000) AS n;
INSERT INTO attempt (job, task, number, fence, started_at, ended_at, outcome)
SELECT id, 't', 1, 1, clock(), clock() - make_interval(secs => random() * 1000000), 'failed' FROM job_history;
INSERT INTO job_minute (minute, task, queue, state, shard)
SELECT date_trunc('minute', clock()) - make_interval(mins => n), 't' || k, 'q', 'succeeded', 0
FROM generate_series(1, 10000) AS n, generate_series(1, 5) AS k;
ANALYZE job, job_history, attempt, job_minute, worker;
"""

ONE = ([JOB], [500])
STATEMENTS = {
    "hold": ONE,
    "finish": (*ONE, ["failed"], ["null"], ["no"], ["failed"], ["E"], ["tb"], [None]),
    "put_back": (*ONE, [1.0], [0], ["failed"], ["E"], ["no"], ["tb"], [None]),
    "progress": (*ONE, ["{}"]),
    "release": (JOB, [JOB]),
    "rescue": (500,),
    "claim_apart": (["q1", "q2"], JOB),
    "stage": (1000,),
    "next_due": (),
    "job_detail": (JOB,),
    "job_rows": ([JOB],),
    "job_attempts": (JOB,),
    "jobs_about": ("order:500",),
    "cancel": (JOB, "who", "why"),
    "retry": (JOB, "who", "why"),
    "job_state": (JOB,),
    "jobs_to_come": ("order:500",),
    "oldest_ready": (),
    "recent_errors": (2000,),
    "failed_hour": (),
    "job_spreads": (60,),
}


def scanned(plan):
    """The tables a plan reads from end to end."""
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return found.union(*(scanned(child) for child in plan.get("Plans", [])))


async def test_no_statement_of_the_engine_reads_a_long_table_whole(database):
    found = {}
    async with db.transaction() as tx:
        await tx.conn.execute(FILL)
        (kept_in,) = await tx.conn.fetchrow("SELECT tableoid::regclass::text FROM job_history LIMIT 1")
        for name, args in STATEMENTS.items():
            plan = await tx.conn.fetchval(f"EXPLAIN (FORMAT JSON) {sql(name)}", *args)
            found[name] = scanned(orjson.loads(plan)[0]["Plan"]) & {"job", kept_in, "attempt", "job_minute"}
    assert {name: tables for name, tables in found.items() if tables} == {}
