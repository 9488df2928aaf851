"""Who may call what: a bearer token, and one permission an operation."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.http import HttpAuthBase

from console.api.problems import Problem
from orders.clients import Client, client_by_token


class Bearer(HttpAuthBase):
    """Lets in who has a token and the permission. Without a permission nobody is let in."""

    openapi_scheme = "bearer"

    def __init__(self, permission: str | None = None) -> None:
        super().__init__()
        self.permission = permission

    async def __call__(self, request: HttpRequest) -> Client | None:
        """The client, or None (401) without a valid token. Raises Problem (403) without the permission."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        client = await client_by_token(token.strip()) if scheme.lower() == "bearer" else None
        if client is None or not client.is_active:
            return None
        if self.permission is None or not client.may(self.permission):
            words = _("this token's user lacks the permission %(name)s") % {"name": self.permission}
            raise Problem(403, "forbidden", words)
        return client


def client_of(request: HttpRequest) -> Client:
    """The client ``Bearer`` let in."""
    client = request.auth  # type: ignore[attr-defined]
    assert isinstance(client, Client)
    return client
