"""Django's sessions in the database, which keeps only a digest of each key: who reads the table, or an old
copy of it, can sign in with nothing they find there.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone


def kept(key: str) -> str:
    """What the table keeps of a key: 240 bits of its SHA-256, in the 40 characters of Django's column."""
    return urlsafe_b64encode(sha256(key.encode("utf-8", "replace")).digest()[:30]).decode()


class SessionStore(db.SessionStore):
    """The store that SESSION_ENGINE names. Its ``session_key`` is the secret in the cookie."""

    def renew(self) -> None:
        """Go on under a key nobody knew before. The row of the old one stays: see ``keep_signed_in``."""
        self.keys()  # reads them, else the new row would begin empty
        self.create()

    def _get_session_from_db(self) -> Session | None:
        return self._found(self._rows().first())

    async def _aget_session_from_db(self) -> Session | None:
        return self._found(await self._rows().afirst())

    def _rows(self) -> QuerySet[Session]:
        assert self.session_key is not None
        return Session.objects.filter(session_key=kept(self.session_key), expire_date__gt=timezone.now())

    def _found(self, row: Session | None) -> Session | None:
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(kept(session_key))

    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(kept(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return _without_secret(super().create_model_instance(data))

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return _without_secret(await super().acreate_model_instance(data))

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(kept(key))

    async def adelete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            await super().adelete(kept(key))


def _without_secret(row: Any) -> Session:
    row.session_key = kept(row.session_key)
    return row


def keep_signed_in(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Let this browser go on under the user's new password.

    What it came in with opens nothing any more, since it is signed for the old password. Its row stays until
    its time is over, so that the sockets it let in hear that the password was changed; without it they would
    be told that somebody signed out.
    """
    session = request.session
    assert isinstance(session, SessionStore)
    session.renew()
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
