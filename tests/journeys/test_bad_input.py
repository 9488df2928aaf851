"""The worst of what can be sent to a served process, by hand and over TCP: it answers, and goes on."""

import asyncio
import re
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from jobs import db
from orders import ledger_check
from tests.journeys import raw
from tests.journeys.cast import Alice, hire_alice, open_shop
from tests.journeys.process import Serve, serving
from tests.journeys.raw import frame, request
from tests.journeys.test_doors import by_api, sign_in
from tests.support import eventually

#: MiB the server's memory may grow by, at its peak, once it has served a page, an order and a socket. It is
#: sent some 50 MiB. It may keep a body of 1 MiB and Django's copy of it, 8 MiB of frames a client does not
#: read, and what the allocator does not give back: 10 MiB, 17 at the peak, were measured.
GROWTH = 48
FRAMES = 100_000
EVERY_TABLE = (
    "orders",
    "order_line",
    "order_event",
    "idempotency_key",
    "transfer",
    "audit",
    "job",
    "job_history",
)


def memory(server: Serve, name: str) -> int:
    """VmRSS or VmHWM of the server, in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) >> 10


async def rows() -> dict[str, int]:
    return {table: await db.pool().fetchval(f"SELECT count(*) FROM {table}") for table in EVERY_TABLE}


class Attack:
    """Somebody with Alice's token and cookie, and no manners."""

    def __init__(self, server: Serve, alice: Alice, cookie: str) -> None:
        self.port = int(server.url.rsplit(":", 1)[1])
        self.host = f"Host: 127.0.0.1:{self.port}\r\n".encode()
        self.token = self.host + f"Authorization: Bearer {alice.token}\r\n".encode()
        self.cookie = self.host + f"Cookie: {cookie}\r\n".encode()
        self.json = self.token + b"Content-Type: application/json\r\nIdempotency-Key: k\r\n"
        self.form = self.cookie + b"Content-Type: application/x-www-form-urlencoded\r\n"
        self.open = f"Authorization: Bearer {alice.token}\r\nSec-WebSocket-Protocol: headrace.v1\r\n"

    async def status(self, *parts: bytes) -> int:
        return await raw.status_of(self.port, *parts)

    def page(self, path: bytes | str, *headers: bytes, method: str = "GET") -> bytes:
        return request(method, path, self.cookie + b"".join(header + b"\r\n" for header in headers))

    def ask(self, *headers: bytes, query: bytes = b"", method: str = "GET") -> bytes:
        said = b"".join(header + b"\r\n" for header in headers)
        return request(method, b"/api/v1/orders" + query, self.token + said)

    def post(self, *headers: bytes, rest: bytes = b"") -> bytes:
        said = b"".join(header + b"\r\n" for header in headers)
        return request("POST", "/api/v1/orders", self.json + said) + rest

    def fill(self, kind: bytes, body: bytes) -> bytes:
        return request("POST", "/orders/new/", self.cookie + b"Content-Type: " + kind + b"\r\n", body)

    def broken_requests(self) -> dict[str, tuple[bytes, int]]:
        """What is no HTTP, or says what it may not: what is sent → the status."""
        host, lines = self.host, b"&".join([b"sku=a&quantity=1"] * 10_000)
        nul, garbage = b'Cookie: sessionid="aaaaaaaaaa\\000"\r\n', b"Cookie: \xff=;;=\r\n"
        return {
            "no HTTP": (b"\x00\x01\x02\r\n\r\n", 400),
            "another version": (b"GET / HTTP/9.9\r\n" + host + b"\r\n", 400),
            "a path of no bytes we know": (self.page(b"/orders/\xff/"), 400),
            "a query of such": (self.ask(query=b"?state=\xff"), 400),
            "a NUL in a path": (self.page("/orders/%00/"), 404),
            "half a character in a path": (self.page("/accounts/%ed%a0%80/"), 404),
            "a NUL among the static files": (self.page("/static/%00"), 404),
            "a way out of the static files": (self.page("/static/%2e%2e/settings.py"), 404),
            "a method nobody knows": (self.ask(method="FOO"), 405),
            "a method nobody serves": (self.page("/", method="TRACE"), 405),
            "HEAD is like GET": (self.page("/orders/new/", method="HEAD"), 200),
            "another's host": (request("GET", "/sign-in/", b"Host: evil.example\r\n"), 400),
            "a proxy's word": (self.ask(b"Daphne-Root-Path: \xff"), 200),
            "a NUL for a session": (request("GET", "/orders/", host + nul), 302),
            "no cookie at all": (request("GET", "/orders/", host + garbage), 302),
            "a codec for a charset": (
                self.page("/orders/?state=re%63eived", b"Content-Type: a/b; charset=base64"),
                200,
            ),
            "an encoded charset": (self.ask(b"Content-Type: a/b; charset*=nope''a%00b"), 200),
            "600 headers": (self.page("/", *(b"X-%d: a" % number for number in range(600))), 431),
            "long headers": (self.page("/", *[b"X: " + b"a" * 12_000] * 2), 431),
            "a long address": (self.page("/?" + "a" * 20_000), 414),
            "a NUL in a header": (self.page("/", b"X: a\x00b"), 400),
            "a length of many digits": (self.post(b"Content-Length: " + b"9" * 5_000), 400),
            "a length below nothing": (self.post(b"Content-Length: -1"), 400),
            "two lengths": (self.post(b"Content-Length: 2", b"Content-Length: 3"), 400),
            "a length beyond all": (self.post(b"Content-Length: 99999999999"), 413),
            "no chunk": (self.post(b"Transfer-Encoding: chunked", rest=b"zz\r\n"), 400),
            "multipart nonsense": (self.fill(b"multipart/form-data; boundary=x", b"abc"), 400),
            "20,000 fields": (self.fill(b"application/x-www-form-urlencoded", lines), 400),
            "3,000 parameters": (self.page("/orders/?" + "&".join(["a=1"] * 3_000)), 400),
        }

    def bodies(self) -> dict[str, tuple[list[bytes], int]]:
        """Bodies about the limit and far past it: what is sent → the status."""
        chunked = b"Transfer-Encoding: chunked\r\n"
        api, page = "/api/v1/orders", "/orders/new/"
        under, over = b" " * ((1 << 20) - 2) + b"{}", b" " * ((1 << 20) - 1) + b"{}"
        flood = [b"%x\r\n%b\r\n" % (1 << 20, b"x" * (1 << 20))]
        return {
            "just under": ([request("POST", api, self.json, under)], 422),
            "just over": ([request("POST", api, self.json, over)], 413),
            "just under, in chunks": ([request("POST", api, self.json + chunked), *raw.chunks(under)], 422),
            "just over, in chunks": ([request("POST", api, self.json + chunked), *raw.chunks(over)], 413),
            "ten times over, in chunks": (
                [request("POST", api, self.json + chunked), *flood * 10, b"0\r\n\r\n"],
                413,
            ),
            "a form just over": ([request("POST", page, self.form, over)], 413),
            "a form ten times over, in chunks": (
                [request("POST", page, self.form + chunked), *flood * 10, b"0\r\n\r\n"],
                413,
            ),
        }

    async def endless_body(self) -> None:
        """Chunks without an end: it is cut before it is all sent."""
        _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request("POST", "/api/v1/orders", self.json + b"Transfer-Encoding: chunked\r\n"))
        part = b"%x\r\n%b\r\n" % (1 << 20, b"x" * (1 << 20))

        async def go_on() -> None:
            while True:
                writer.write(part)
                await writer.drain()

        async with asyncio.timeout(raw.PATIENCE):
            with pytest.raises(ConnectionError):
                await go_on()
        writer.close()

    async def broken_handshakes(self) -> dict[str, int]:
        headers = {
            "another origin": self.cookie + b"Origin: http://evil.example\r\n",
            "no origin": self.cookie,
            "an origin that is none": self.cookie + b"Origin: http://[\r\n",
            "no token and no cookie": self.host,
            "a token nobody has": self.host + b"Authorization: Bearer hr_nobody\r\n",
            "a subprotocol of no letters": self.token + b"Sec-WebSocket-Protocol: \xff\r\n",
            "a NUL for a session": self.host
            + b'Cookie: sessionid="aaaaaaaaaa\\000"\r\nOrigin: http://127.0.0.1:%d\r\n' % self.port,
        }
        rest = raw.HANDSHAKE.split("{port}\r\n")[1].format(headers="").encode()
        start = b"GET /ws/v1/ HTTP/1.1\r\n"
        return {label: await self.status(start + said + rest) for label, said in headers.items()}

    async def broken_frames(self) -> dict[str, int]:
        """What is no frame, or too much of one → the close code."""
        table = {
            "an opcode nobody knows": [frame(b"{}", 3)],
            "no mask": [frame(b"{}", masked=False)],
            "a ping too long": [frame(b"a" * 126, raw.PING)],
            "a part of nothing": [frame(b"a", raw.CONTINUED)],
            "too large": [frame(b"x" * ((1 << 20) + 1))],
            "a length beyond all": [b"\x81\xff" + (1 << 62).to_bytes(8) + b"\0\0\0\0"],
            "too many parts": [frame(b"{", final=False), frame(b"", raw.CONTINUED, final=False) * 5_000],
            "half a character": [frame(b"\xed\xa0\x80")],
        }
        codes = {}
        for label, frames in table.items():
            async with raw.raw_socket(self.port, self.open) as socket:
                await socket.send(*frames)
                codes[label] = await socket.closed()
        return codes

    async def flood(self, payload: bytes) -> int:
        """Tiny frames as fast as they go; how many of them were answered."""
        async with raw.raw_socket(self.port, self.open) as socket, asyncio.timeout(60):
            sending = asyncio.create_task(socket.send(*[frame(payload) * 1_000] * (FRAMES // 1_000)))
            answered = 0
            while answered < FRAMES:
                opcode, answer = await socket.frame()
                assert opcode == raw.TEXT, answer
                answered += 1
            await sending
        return answered

    async def pings_nobody_reads(self) -> None:
        """Each ping is answered with a pong; they wait for a client that never reads, up to a bound."""
        async with raw.raw_socket(self.port, self.open) as socket, asyncio.timeout(raw.PATIENCE):
            with pytest.raises(ConnectionError):
                await socket.send(*[frame(b"p" * 125, raw.PING) * 1_000] * 400)  # 50 MiB


async def health_of(server: Serve) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/api/v1/health") as answer:
        return answer.status


async def cookie_of(server: Serve, alice: Alice) -> str:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await sign_in(session, server.url, alice)
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in session.cookie_jar)


async def test_what_is_sent_without_manners_is_refused_and_costs_nobody_anything(database: None) -> None:
    await open_shop()
    alice = await hire_alice()
    async with serving() as server:
        attack = Attack(server, alice, await cookie_of(server, alice))
        await by_api(server.url, alice, str(uuid4()))
        before, rss, peak = await settled(), memory(server, "VmRSS"), memory(server, "VmHWM")

        broken = attack.broken_requests()
        assert {label: await attack.status(sent) for label, (sent, _) in broken.items()} == {
            label: status for label, (_, status) in broken.items()
        }
        bodies = attack.bodies()
        assert {label: await attack.status(*sent) for label, (sent, _) in bodies.items()} == {
            label: status for label, (_, status) in bodies.items()
        }
        await attack.endless_body()
        assert await attack.broken_handshakes() == {
            "another origin": 403,
            "no origin": 403,
            "an origin that is none": 400,
            "no token and no cookie": 403,
            "a token nobody has": 403,
            "a subprotocol of no letters": 400,
            "a NUL for a session": 403,
        }
        assert await attack.broken_frames() == {
            "an opcode nobody knows": 1002,
            "no mask": 1002,
            "a ping too long": 1002,
            "a part of nothing": 1002,
            "too large": 1009,
            "a length beyond all": 1009,
            "too many parts": 1009,
            "half a character": 1007,
        }
        await attack.pings_nobody_reads()
        assert await attack.flood(b"{") == FRAMES

        assert await health_of(server) == 200
        assert await rows() == before
        grown = memory(server, "VmRSS") - rss, memory(server, "VmHWM") - peak
        assert max(grown) < GROWTH, grown
        await by_api(server.url, alice, str(uuid4()))
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 2
    assert "Traceback" not in server.output
    assert not re.search(r"\b(ERROR|CRITICAL)\b", server.output)
    assert await ledger_check.check() == []


async def settled() -> dict[str, int]:
    """The rows once the first order has come to its end."""

    async def ended() -> bool:
        return await db.pool().fetchval("SELECT state = 'fulfilled' FROM orders")

    await eventually(ended, 30)
    return await rows()
