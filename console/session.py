"""Django's sessions in the database, asked only for keys that it could have made itself."""

import re

from django.contrib.sessions.backends import db

KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    """A key comes out of a cookie, whose quoted form can name any byte; PostgreSQL fails on NUL."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and KEY.fullmatch(key) is not None
