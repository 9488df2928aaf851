"""Django's own backend for PostgreSQL; its connections come from this process's seats."""

from typing import Any

from django.db.backends.postgresql import base

from console.database import PATIENT
from console.orm.seats import seats

#: What the server calls these connections.
NAME = "django headrace"


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread's connection. Opening one may wait for another thread to close its own."""

    def get_connection_params(self) -> dict[str, Any]:
        return PATIENT | super().get_connection_params() | {"application_name": NAME}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open one, or take the one that is kept. Raises psycopg.errors.TooManyConnections."""

        def connect() -> Any:
            return super(DatabaseWrapper, self).get_new_connection(conn_params)

        return seats.take(str(self.settings_dict["NAME"]), connect)

    def _close(self) -> None:
        if self.connection is not None:
            with self.wrap_database_errors:
                seats.leave(self.connection)

    def close_pool(self) -> None:
        """What is kept is closed, too: the database is dropped, or its sessions change."""
        seats.clear()
