"""Every page of the console, by its address in the URLconf; who looks at it; what is no page, and why not."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.urls import URLPattern, get_resolver

from orders.models import Token
from tests.console.admin.rows import address
from tests.console.manners.states import LONG, UNBROKEN, Rows

NO_PAGE = {
    "/demo/state/": "JSON",
    "/demo/mend/": "takes a form, leads back",
    "/demo/break/<str:kind>/": "takes a form, leads back",
    "/sign-out/": "takes a form, leads on",
    "/preferences/": "takes a form, leads back",
    "/jobs/<str:id>/<str:part>.json": "JSON",
    "/choices/customers/": "JSON",
    "/choices/products/": "JSON",
    "/choices/accounts/": "JSON",
    "/admin/login/": "leads to the console's own sign-in",
    "/admin/logout/": "leads to the console's own sign-in",
    "/admin/password_change/": "leads to the console's own page",
    "/admin/password_change/done/": "leads to the console's own page",
    "/admin/autocomplete/": "JSON",
    "/admin/jsi18n/": "JavaScript",
    "/admin/r/<path:content_type_id>/<path:object_id>/": "leads to the object",
    "/admin/^(?P<app_label>orders|jobs|auth)/$": "leads to the first page",
    "/admin/(?P<url>.*)$": "adds a slash",
    "/admin/MODEL/<path:object_id>/": "leads to the form",
    "/admin/MODEL/<path:object_id>/delete/": "refused to everybody: nothing is deleted",
}
WALLET = "wallet:C001:EUR"


@dataclass(frozen=True)
class Look:
    """Somebody with a role (none: nobody is signed in) looks at an address of this route.

    ``form``: what was sent there, where the page is the answer to a form.
    """

    route: str
    role: str | None
    address: str
    form: tuple[tuple[str, str], ...] | None = None


def console(rows: Rows) -> list[Look]:
    order, job = rows.order, rows.job
    form = (("key", str(UUID(int=1))), ("customer", LONG), ("sku", "NO-SUCH"), ("quantity", "x"))
    transfer = (("key", str(UUID(int=2))), ("credit", LONG), ("amount", "x"), ("reason", ""))
    each = "/orders/<str:id>/", "/jobs/<str:id>/"
    return [
        Look("/", "viewer", "/"),
        Look("/demo/", "operator", "/demo/"),
        Look("/_components/", "admin", "/_components/"),
        Look("/orders/", "operator", "/orders/"),
        Look("/orders/", "viewer", "/orders/?state=failed&customer=C001"),
        Look("/orders/", "viewer", "/orders/?q=nobody-has-this-name"),
        Look("/orders/", "viewer", "/orders/?state=fulfilled&door=socket"),
        Look("/orders/", "viewer", f"/orders/?reference={UNBROKEN[:100]}"),
        Look("/orders/new/", "operator", "/orders/new/"),
        Look("/orders/new/", "operator", "/orders/new/", form),
        Look(each[0], "operator", f"/orders/{order['received']}/"),
        Look(each[0], "viewer", f"/orders/{order['failed']}/"),
        Look(each[0] + "cancel/", "operator", f"/orders/{order['received']}/cancel/"),
        Look(each[0] + "cancel/", "operator", f"/orders/{order['fulfilled']}/cancel/"),
        Look("/jobs/", "viewer", "/jobs/"),
        Look("/jobs/", "viewer", "/jobs/?q=shop"),
        Look("/jobs/", "viewer", f"/jobs/?task={UNBROKEN[:100]}"),
        Look(each[1], "operator", f"/jobs/{job['running']}/"),
        Look(each[1], "operator", f"/jobs/{job['failed']}/"),
        Look(each[1] + "cancel/", "operator", f"/jobs/{job['ready']}/cancel/"),
        Look(each[1] + "retry/", "operator", f"/jobs/{job['failed']}/retry/"),
        Look("/accounts/", "viewer", "/accounts/"),
        Look("/accounts/<path:code>/", "viewer", "/accounts/wallet:L-2:EUR/"),
        Look("/accounts/<path:code>/transfers/", "viewer", "/accounts/wallet:L-2:EUR/transfers/"),
        Look("/accounts/<path:code>/", "operator", f"/accounts/{WALLET}/"),
        Look("/accounts/<path:code>/transfer/", "operator", f"/accounts/{WALLET}/transfer/", transfer),
        Look("/accounts/<path:code>/transfers/", "viewer", f"/accounts/{WALLET}/transfers/"),
    ]


def doors(made) -> list[Look]:
    """Without a bar on top: the way in, and what went wrong."""
    wrong = (("username", "alice"), ("password", "guessed"))
    return [
        Look("/sign-in/", None, "/sign-in/"),
        Look("/sign-in/", None, "/sign-in/", wrong),
        Look("/sign-in/<str:secret>/", None, "/sign-in/no-such-link-no-such-link/"),
        Look("/sign-in/password/", "operator", "/sign-in/password/"),
        Look(
            "/sign-in/password/",
            "operator",
            "/sign-in/password/",
            (("new_password1", "1"), ("new_password2", "2")),
        ),
        Look("/sign-in/password/change/", "viewer", "/sign-in/password/change/"),
        Look("/sign-in/password/change/", "viewer", "/sign-in/password/change/", (("old_password", "1"),)),
        Look("404", "viewer", "/orders/?state=sideways"),
        Look("403", "viewer", "/orders/new/"),
        Look("404", "viewer", "/nope/"),
        *[Look(where, None, where) for where in made],
    ]


async def administration() -> list[Look]:
    model = "/admin/MODEL/"
    each = model + "<path:object_id>/"
    root = (await User.objects.afirst()).pk
    token = str((await Token.objects.afirst()).pk)
    revoke = (("action", "revoke"), ("_selected_action", token), ("index", "0"))
    return [
        Look("/admin/", "admin", "/admin/"),
        Look(model, "admin", address("orders.product")),
        Look(model, "admin", address("orders.order")),
        Look(model, "admin", address("orders.token")),
        Look(model, "admin", address("auth.user")),
        Look(model, "admin", address("orders.token"), revoke),
        Look(model + "<id>/password/", "admin", address("auth.user", "password_change", root)),
        Look(model + "add/", "admin", address("auth.user", "add")),
        Look(model + "add/", "admin", address("orders.token", "add")),
        Look(model + "add/", "admin", address("orders.token", "add"), (("user", "carol"), ("name", "till"))),
        Look(each + "change/", "admin", address("orders.product", "change", "TEA")),
        Look(
            each + "change/",
            "admin",
            address("orders.product", "change", "TEA"),
            (("name", ""), ("price", "x")),
        ),
        Look(each + "history/", "admin", address("orders.product", "history", "TEA")),
    ]


def patterns(resolver=None, prefix="/"):
    """Every route of the demo's console, which has all of ``serve``'s; the administration's models as one."""
    for entry in (resolver or get_resolver("console.demo.urls")).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield re.sub(r"^/admin/(?:orders|jobs|auth)/[a-z]+/", "/admin/MODEL/", route)
        elif not route.startswith("/api/"):
            yield from patterns(entry, route)
