"""How often the same content came before, for a file of any length."""

import sqlite3


class Twins:
    """Counts in a temporary file of SQLite's that has no name: memory stays flat, and it ends with us."""

    def __init__(self) -> None:
        self._counts = sqlite3.connect("", isolation_level=None)
        self._counts.execute("CREATE TABLE seen (content BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        self._counts.execute("BEGIN")  # never committed: nobody reads it later

    def count(self, content: bytes) -> int:
        """1 the first time this content is seen, 2 the second, …"""
        statement = (
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT (content) DO UPDATE SET times = times + 1"
            " RETURNING times"
        )
        [(times,)] = self._counts.execute(statement, (content,)).fetchall()
        return int(times)

    def close(self) -> None:
        self._counts.close()
