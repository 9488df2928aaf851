"""What DATABASE_URL asks of TLS holds for every connection of a process: a real PgBouncer ends it."""

import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connections

from console.database import DatabaseProblem, check, parse
from jobs import db
from jobs.away import UNUSABLE
from tests.conftest import NO_PGBOUNCER, PGBOUNCER
from tests.console.test_database import WAYS
from tests.journeys.pgbouncer import PgBouncer, bouncing

pytestmark = [pytest.mark.fault, pytest.mark.skipif(PGBOUNCER is None, reason=NO_PGBOUNCER)]

CONFIG = """
listen_addr = 127.0.0.1
client_tls_sslmode = verify-ca
client_tls_protocols = tlsv1.2
client_tls_ca_file = {folder}/ca.pem
client_tls_cert_file = {folder}/server.pem
client_tls_key_file = {folder}/server.key
"""


class Authority:
    """It signs certificates; they and their keys lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), _named("the tests' own")
        self._write("ca", self._signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=None)))

    def issue(self, name: str, *extensions: x509.ExtensionType) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self._write(name, self._signed(_named(name), key, *extensions))
        file = self.folder / f"{name}.key"
        file.touch(mode=0o600)
        how = serialization.PrivateFormat.TraditionalOpenSSL
        file.write_bytes(key.private_bytes(serialization.Encoding.PEM, how, serialization.NoEncryption()))

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(self.name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> None:
        (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _named(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


@pytest.fixture
def folder() -> Iterator[Path]:
    """Two authorities; the first has certified the pooler, at 127.0.0.1, and a client."""
    folder = Path(tempfile.mkdtemp(prefix="tls-"))
    try:
        (folder / "other").mkdir()
        Authority(folder / "other")
        authority = Authority(folder)
        authority.issue("server", x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]))
        authority.issue("client")
        (folder / "server.key").chmod(0o644)  # the pooler may run as somebody else
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
async def pooler(folder: Path, django_db_setup: None) -> AsyncIterator[PgBouncer]:
    conf = connections["default"].settings_dict
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with bouncing(conf, port=port, more=CONFIG.format(folder=folder)) as pooler:
        yield pooler


def url(pooler: PgBouncer, folder: Path, host: str = "127.0.0.1", **changes: str) -> str:
    options = {
        "sslmode": "verify-full",
        "sslrootcert": str(folder / "ca.pem"),
        "sslcert": str(folder / "client.pem"),
        "sslkey": str(folder / "client.key"),
    } | changes
    given = urlencode({name: value for name, value in options.items() if value})
    return f"postgres://{pooler.user}@{host}:{pooler.port}/{pooler.name}?{given}"


async def answers(address: str, patch: pytest.MonkeyPatch) -> list[str]:
    """What each way to connect says there: a word, or the name of what it raised."""
    said = []
    patch.setattr(db, "_pooled", True)
    with patch.context() as here:
        for part, value in parse(address).items():
            if part in ("HOST", "PORT", "OPTIONS"):
                here.setitem(connections["default"].settings_dict, part, value)
        for ask in (_check(address), *WAYS):
            try:
                said.append(await sync_to_async(ask)("SELECT 'safe'"))
            except (*UNUSABLE, DatabaseProblem):
                said.append("refused")
    return said


def _check(address: str) -> Callable[[str], str]:
    def ask(_statement: str) -> str:
        check(address)
        return "safe"

    return ask


async def test_every_connection_is_made_as_the_url_says_or_not_at_all(
    pooler: PgBouncer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = {
        "as it should be": url(pooler, folder),
        "another authority": url(pooler, folder, sslrootcert=str(folder / "other" / "ca.pem")),
        "another authority, although only the way is asked for": url(
            pooler, folder, sslmode="require", sslrootcert=str(folder / "other" / "ca.pem")
        ),
        "another name": url(pooler, folder, host="localhost"),
        "no certificate of the client's": url(pooler, folder, sslcert="", sslkey=""),
        "a newer TLS only": url(pooler, folder, ssl_min_protocol_version="TLSv1.3"),
        "plain": url(pooler, folder, sslmode="disable"),
    }
    said = {label: await answers(address, monkeypatch) for label, address in addresses.items()}
    assert said.pop("as it should be") == ["safe"] * 4
    assert said == {label: ["refused"] * 4 for label in said}
