"""What follows once an order is secured: the steps of the settings, then the carriers, else the end."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings

from jobs.enqueue import NewJob, new_job
from jobs.tasks import resolve


def onward(order: UUID, done: Collection[str] = ()) -> NewJob:
    """The job that carries a secured order on; ``done`` are the steps (paths of tasks) behind it.

    The settings may have changed since: the next step is the first of them that this order has not done.
    """
    last = "orders.tasks.quote" if settings.CARRIERS else "orders.tasks.fulfil"
    path = next((path for path in settings.ORDER_STEPS if path not in done), last)
    return new_job(resolve(path), str(order), subject=f"order:{order}")
