"""Who may do what, as one table: a row for every address, operation, topic and command there is.

``python -m tests.console.role_table`` writes it to console/ROLES.md; test_role_table.py holds it to the code.
"""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "console" / "ROLES.md"

#: Who comes: each may do what the ones before may. Somebody disabled is nobody.
KINDS = ("nobody", "no role", "viewer", "operator", "admin")
NOBODY, SIGNED_IN, VIEWER, OPERATOR, ADMIN = KINDS

#: Action → the first of KINDS that may.
PAGES = {
    "GET /": VIEWER,
    "GET /_components/": ADMIN,
    "GET /accounts/": VIEWER,
    "GET /accounts/<path:code>/": VIEWER,
    "GET /accounts/<path:code>/transfer/": OPERATOR,
    "POST /accounts/<path:code>/transfer/": OPERATOR,
    "GET /accounts/<path:code>/transfers/": VIEWER,
    "GET /choices/accounts/": OPERATOR,
    "GET /choices/customers/": OPERATOR,
    "GET /choices/products/": OPERATOR,
    "GET /jobs/": VIEWER,
    "GET /jobs/<str:id>/": VIEWER,
    "GET /jobs/<str:id>/<str:part>.json": VIEWER,
    "GET /jobs/<str:id>/cancel/": OPERATOR,
    "POST /jobs/<str:id>/cancel/": OPERATOR,
    "GET /jobs/<str:id>/retry/": OPERATOR,
    "POST /jobs/<str:id>/retry/": OPERATOR,
    "GET /orders/": VIEWER,
    "GET /orders/<str:id>/": VIEWER,
    "GET /orders/<str:id>/cancel/": OPERATOR,
    "POST /orders/<str:id>/cancel/": OPERATOR,
    "GET /orders/new/": OPERATOR,
    "POST /orders/new/": OPERATOR,
    "POST /preferences/": NOBODY,
    "GET /sign-in/": NOBODY,
    "POST /sign-in/": NOBODY,
    "GET /sign-in/<str:secret>/": NOBODY,
    "GET /sign-in/password/": SIGNED_IN,
    "POST /sign-in/password/": SIGNED_IN,
    "GET /sign-in/password/change/": SIGNED_IN,
    "POST /sign-in/password/change/": SIGNED_IN,
    "POST /sign-out/": NOBODY,
}
#: Of the demo alone: ``serve`` has none of these.
DEMO = {
    "GET /demo/": OPERATOR,
    "GET /demo/break/<str:kind>/": OPERATOR,
    "POST /demo/break/<str:kind>/": OPERATOR,
    "GET /demo/mend/": OPERATOR,
    "POST /demo/mend/": OPERATOR,
    "GET /demo/state/": OPERATOR,
}
API = {
    "GET /api/v1/health": NOBODY,
    "GET /api/v1/jobs": VIEWER,
    "GET /api/v1/jobs/{uuidstr:id}": VIEWER,
    "GET /api/v1/openapi.json": NOBODY,
    "GET /api/v1/orders": VIEWER,
    "POST /api/v1/orders": OPERATOR,
    "GET /api/v1/orders/{uuidstr:id}": VIEWER,
    "POST /api/v1/transfers": OPERATOR,
}
SOCKET = {
    "connect": VIEWER,
    "ping": VIEWER,
    "seen": VIEWER,
    "submit": OPERATOR,
    "subscribe accounts": VIEWER,
    "subscribe account": VIEWER,
    "subscribe dashboard": VIEWER,
    "subscribe job": VIEWER,
    "subscribe jobs": VIEWER,
    "subscribe order": VIEWER,
    "subscribe orders": VIEWER,
    "unsubscribe": VIEWER,
}
#: What there is to do at /admin/ with each model; whoever may do none of it does not get in.
_KEPT = {"Product": "view add change", "Customer": "view add change", "User": "view add change"}
_READ = (
    "Stock", "Order", "OrderLine", "OrderEvent", "Reservation", "Quote", "Account", "Balance", "Transfer",
    "Job", "History", "Attempt", "Worker", "Pace", "Audit", "AuditChain",
)  # fmt: skip
ADMINISTRATION = {
    f"{verb} {model}": ADMIN
    for model, verbs in {**_KEPT, "Token": "view add change", **dict.fromkeys(_READ, "view")}.items()
    for verb in verbs.split()
}
SECTIONS = {
    "Pages": PAGES,
    "Pages of the demo": DEMO,
    "Administration `/admin/`": ADMINISTRATION,
    "API": API,
    "Socket `/ws/v1/`": SOCKET,
}


def may(kind: str, level: str) -> bool:
    """Whether somebody of this kind may do what takes that level."""
    return KINDS.index(kind) >= KINDS.index(level)


def render() -> str:
    lines = [
        "# Who may do what",
        "",
        "Everything there is, and who may do it; what is not here is refused to everybody. Users get a role",
        "by being in the group of its name. *nobody* is not signed in, or has no token, or is disabled;",
        "*no role* is signed in and in no group. A superuser may do everything. The permissions of each role",
        "are in [`roles.py`](roles.py).",
        "",
        "This page is written by [`role_table.py`](../tests/console/role_table.py); its",
        "[test](../tests/console/test_role_table.py) tries every row as every one of these, and fails for an",
        "address, operation, topic or command that has no row.",
    ]
    for title, table in SECTIONS.items():
        lines += ["", f"| {title} | {' | '.join(KINDS)} |", f"| --- |{' :-: |' * len(KINDS)}"]
        for action, level in table.items():
            marks = " | ".join("✓" if may(kind, level) else "–" for kind in KINDS)
            plain = re.sub(r"[<{](?:\w+:)?(\w+)[>}]", r"<\1>", action)
            lines.append(f"| `{plain}` | {marks} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(render())
