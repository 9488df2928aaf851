"""The API as one object: its routers, its problems, who is let in by default (nobody)."""

from ninja import NinjaAPI

from console.api import health, jobs, orders, problems, transfers
from console.api.access import Bearer
from console.api.encode import JsonIn, JsonOut

api = NinjaAPI(
    title="Headrace",
    version="1",
    description="Submit orders, watch them and their jobs, move money.",
    docs_url=None,  # its page would load scripts from elsewhere
    urls_namespace="api",
    auth=Bearer(),
    parser=JsonIn(),
    renderer=JsonOut(),
)
problems.handle(api)
api.add_router("/orders", orders.router)
api.add_router("/jobs", jobs.router)
api.add_router("/transfers", transfers.router)
api.add_router("/health", health.router)
