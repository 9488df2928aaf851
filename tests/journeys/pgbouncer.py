"""A real PgBouncer in transaction mode in front of a database: started, asked, ended by its id."""

import asyncio
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.rows import dict_row

from console.postgres import Place
from console.postgres.runner import Runner, choose
from tests.conftest import NO_PGBOUNCER, PGBOUNCER
from tests.support import eventually

PORT = 6432
CONFIG = """\
[databases]
{name} = {target}
[pgbouncer]
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
server_login_retry = 1
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
admin_users = {user}
logfile = {folder}/log
pidfile = {folder}/pid
{more}
"""


class PgBouncer:
    """``size`` connections to the server, whatever comes. It refuses root, and so runs as PostgreSQL does."""

    def __init__(self, folder: Path, conf: dict[str, Any], size: int, port: int, more: str) -> None:
        self.folder, self.port, self.name, self.user = folder, port, conf["NAME"], conf["USER"]
        self.runner = choose(Place(folder))
        parts = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        target = " ".join(f"{key}={conf[part]}" for key, part in parts.items() if conf.get(part))
        config = CONFIG.format(
            name=self.name, target=target, size=size, port=port, folder=folder, user=self.user, more=more
        )
        for path in (folder, folder / "ini"):
            if path != folder:
                path.write_text(config)
            self.runner.give(path)

    @property
    def url(self) -> str:
        return f"postgres://{self.user}@{quote(str(self.folder), safe='')}:{self.port}/{self.name}"

    async def start(self) -> None:
        assert PGBOUNCER, NO_PGBOUNCER
        program = Path(PGBOUNCER)
        runner = Runner(program.parent, self.folder / "data", self.runner.prefix, self.runner.owner)
        with (self.folder / "said").open("wb") as output:
            self.process = runner.popen(program.name, str(self.folder / "ini"), output=output)

        async def listens() -> bool:
            assert self.process.poll() is None, (self.folder / "said").read_text()
            return (self.folder / f".s.PGSQL.{self.port}").exists()

        await eventually(listens)

    async def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self.process.wait, 10)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def show(self, what: str) -> list[dict[str, Any]]:
        """A table of its console, the rows of this database."""
        with self._console() as conn:
            rows = conn.execute(f"SHOW {what}").fetchall()
        return [row for row in rows if row["database"] == self.name]

    def tell(self, command: str) -> None:
        """PAUSE or RESUME. A pause is there when what is under way has ended."""
        with self._console() as conn:
            conn.execute(command)

    def _console(self) -> psycopg.Connection[dict[str, Any]]:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=self.user, dbname="pgbouncer", autocommit=True,
            row_factory=dict_row, cursor_factory=psycopg.ClientCursor,
        )  # fmt: skip


@asynccontextmanager
async def bouncing(
    conf: dict[str, Any], *, size: int = 5, port: int = PORT, more: str = ""
) -> AsyncIterator[PgBouncer]:
    folder = Path(tempfile.mkdtemp(prefix="pgb-"))  # a socket's path may have about 100 characters
    pooler = PgBouncer(folder, conf, size, port, more)
    try:
        await pooler.start()
        yield pooler
    finally:
        await pooler.stop()
        shutil.rmtree(folder, ignore_errors=True)
