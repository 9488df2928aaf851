"""dj-queue in its mode of one process, with the threads its example has."""

import os
import signal
import threading
import time

from tests.benchmarks.peers import django_settings
from tests.benchmarks.protocol import LOOK, Answer, Count, enqueued, serve

WORKERS = [{"queues": "*", "threads": 8, "processes": 1, "polling_interval": 0.1, "prefetch_multiplier": 8}]
CHUNK = 1_000

options = {"mode": "async", "workers": WORKERS}
django_settings.set_up(["dj_queue"], "dj_queue.backend.DjQueueBackend", options)

from django.tasks import task  # noqa: E402

count = Count(0)


@task
def noop() -> None:
    count.tick()


def enqueue(number: int) -> Answer:
    began = time.monotonic()
    for start in range(0, number, CHUNK):
        noop.get_backend().enqueue_all([(noop, [], {})] * min(CHUNK, number - start))
    return enqueued(number, began)


def drain(number: int) -> Answer:
    from dj_queue.management.commands.dj_queue import build_supervisor
    from dj_queue.models import Job
    from django.db import connection

    count.number = number
    figures: Answer = {}
    failed: list[Exception] = []

    def watch() -> None:
        try:
            while not count.complete or Job.objects.filter(finished_at=None).exists():
                time.sleep(LOOK)
            figures.update(count.drained())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()
            os.kill(os.getpid(), signal.SIGTERM)  # it stops gracefully

    supervisor = build_supervisor(backend_alias="default", cli_overrides={"only_work": True})
    threading.Thread(target=watch, daemon=True).start()
    supervisor.run()
    if failed:
        raise failed[0]
    return figures


if __name__ == "__main__":
    serve({"install": django_settings.install, "enqueue": enqueue, "drain": drain})
