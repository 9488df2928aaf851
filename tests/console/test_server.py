"""The server under real signals and real sockets: each test starts a process of its own."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest

from console import server, wire
from tests.journeys import raw

TIMEOUT = 20


class Served:
    """A running tests/console/served.py, and what it has said so far."""

    def __init__(self, process):
        self.process = process
        self.said = []
        self.port = None

    async def until(self, word, times=1):
        """Read on until this line was said so often; returns the newest of them."""
        async with asyncio.timeout(TIMEOUT):
            while sum(line.startswith(word) for line in self.said) < times:
                line = await self.process.stdout.readline()
                assert line, f"ended before it said {word!r}: {self.said}"
                self.said.append(line.decode().strip())
        return next(line for line in reversed(self.said) if line.startswith(word))

    async def ready(self):
        self.port = int((await self.until("ready")).split()[1])
        return self

    async def end(self):
        """Wait for the process and read what is left; its exit code."""
        async with asyncio.timeout(TIMEOUT):
            rest, errors = await self.process.communicate()
        self.said += rest.decode().split("\n")
        self.errors = errors.decode()
        return self.process.returncode

    def url(self, path, scheme="http"):
        return f"{scheme}://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def serving(*arguments, port=0, stdin=None):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.console.served",
        str(port),
        *arguments,
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "console.settings"},
    )
    try:
        yield Served(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
async def web():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
        yield session


async def test_listens_only_after_the_application_has_started():
    async with serving() as served:
        await served.ready()
        assert served.said[:2] == ["starting", "before ready"]


async def test_a_thousand_who_come_at_once_find_room_to_wait(web):
    async with serving() as served:
        await served.ready()
        served.process.send_signal(signal.SIGSTOP)  # nobody is taken: the kernel alone keeps them
        try:
            async with asyncio.timeout(TIMEOUT):
                came = await asyncio.gather(
                    *(asyncio.open_connection("127.0.0.1", served.port) for _ in range(server.BACKLOG))
                )
        finally:
            served.process.send_signal(signal.SIGCONT)
        for _reader, writer in came:
            writer.close()
        async with web.get(served.url("/")) as response:
            assert response.status == 200


async def test_answers_without_saying_what_it_runs_on(web):
    async with serving() as served:
        await served.ready()
        async with web.get(served.url("/")) as response:
            assert await response.text() == "served"
            assert "Server" not in response.headers
        async with web.ws_connect(served.url("/live", "ws")) as live:
            assert "Server" not in live._response.headers


async def test_every_application_hears_the_end_although_one_has_returned(web):
    async with serving() as served:
        await served.ready()
        sockets = [await web.ws_connect(served.url("/live", "ws")) for _ in range(3)]
        sockets.append(await web.ws_connect(served.url("/returned", "ws")))
        await served.until("live", 3)
        await served.until("returned")
        served.process.send_signal(signal.SIGTERM)
        assert await served.end() == 0
        assert served.said.count("finally") == 3
        assert "finished" in served.said
        assert "Traceback" not in served.errors


async def test_a_kept_connection_is_told_to_come_back_once_the_house_is_closed(web):
    async with serving("--linger") as served:
        await served.ready()
        async with web.get(served.url("/")) as response:
            assert (response.status, await response.text()) == (200, "served")
        served.process.send_signal(signal.SIGTERM)
        await served.until("finished")
        async with web.get(served.url("/")) as response:  # nobody listens: this is the connection of before
            assert (response.status, response.headers["Retry-After"]) == (503, "1")
            assert response.reason == "Service Unavailable"
        served.process.send_signal(signal.SIGTERM)
        assert await served.end() == 0


async def test_a_signal_after_the_end_changes_nothing(web):
    async with serving("--stay", stdin=asyncio.subprocess.PIPE) as served:
        await served.ready()
        served.process.send_signal(signal.SIGTERM)
        await served.until("over")
        served.process.send_signal(signal.SIGTERM)
        served.process.send_signal(signal.SIGINT)
        served.process.stdin.close()
        assert await served.end() == 0


async def test_a_running_request_is_answered_before_the_end(web):
    async with serving() as served:
        await served.ready()
        asked = asyncio.create_task(web.get(served.url("/slow")))
        await served.until("slow")
        served.process.send_signal(signal.SIGTERM)
        async with await asked as response:
            assert await response.text() == "served"
        assert await served.end() == 0


async def test_a_stuck_request_is_cancelled_after_its_grace(web):
    async with serving("--drain") as served:
        await served.ready()
        asked = asyncio.create_task(web.get(served.url("/stuck")))
        await served.until("stuck")
        served.process.send_signal(signal.SIGTERM)
        await served.until("draining")
        served.process.send_signal(signal.SIGTERM)
        assert await served.end() == 0
        assert "unstuck" in served.said
        with pytest.raises(aiohttp.ClientError):
            await asked


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_a_second_signal_skips_the_drain(number):
    async with serving("--drain") as served:
        await served.ready()
        served.process.send_signal(number)
        await served.until("draining")
        assert "hurried" not in served.said
        served.process.send_signal(number)
        assert await served.end() == 0
        assert "hurried" in served.said


async def test_a_signal_during_the_start_undoes_it():
    async with serving("--start-slowly") as served:
        await served.until("starting")
        served.process.send_signal(signal.SIGTERM)
        assert await served.end() == 0
        assert "start undone" in served.said
        assert not any(line.startswith("ready") for line in served.said)


async def test_a_start_that_fails_ends_with_1_and_the_reason():
    async with serving("--fail") as served:
        assert await served.end() == 1
        assert "the well is dry" in served.errors
        assert "Traceback" not in served.errors


async def test_what_runs_beside_the_server_ends_it_when_it_fails():
    async with serving("--companion-fails") as served:
        assert await served.end() == 1
        assert "finished" in served.said


@pytest.fixture
def taken_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


async def test_a_taken_port_is_said_and_ends_with_1(taken_port):
    async with serving(port=taken_port) as served:
        assert await served.end() == 1
        assert f"cannot listen on 127.0.0.1:{taken_port}" in served.errors
        assert "Traceback" not in served.errors


async def test_a_port_that_does_not_exist_is_said_and_ends_with_1():
    async with serving(port=65_536) as served:
        assert await served.end() == 1
        assert "there is no port 65536" in served.errors
        assert "Traceback" not in served.errors


async def test_a_taken_port_is_passed_over_where_a_search_is_wanted(taken_port, web):
    async with serving("--search", port=taken_port) as served:
        await served.ready()
        assert taken_port < served.port <= taken_port + server.PORT_SEARCH
        async with web.get(served.url("/")) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param((b"x" * ((1 << 20) + 1), aiohttp.WSMsgType.TEXT), 1009, id="too large"),
        pytest.param((b"\xff\xfe", aiohttp.WSMsgType.TEXT), 1007, id="bad UTF-8"),
    ],
)
async def test_a_broken_frame_is_answered_with_its_close_code(web, frame, code):
    async with serving() as served:
        await served.ready()
        async with web.ws_connect(served.url("/live", "ws")) as live:
            await live._writer.send_frame(*frame)
            message = await live.receive(timeout=TIMEOUT)
            assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
            assert live.close_code == code
        await served.until("finally")


@pytest.mark.parametrize("code", [1000, 1011, 1012, 1013, 4401])
async def test_an_application_closes_with_any_code_a_server_may_use(web, code):
    async with serving() as served:
        await served.ready()
        async with web.ws_connect(served.url(f"/close/{code}", "ws")) as line:
            await line.receive(timeout=TIMEOUT)
            assert line.close_code == code


@pytest.mark.parametrize(("code", "status"), [(1000, 403), (4403, 403), (1013, 503)])
async def test_a_refused_socket_is_answered_with_403_or_to_come_back_with_503(web, code, status):
    async with serving() as served:
        await served.ready()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await web.ws_connect(served.url(f"/refused/{code}", "ws"))
        assert refused.value.status == status


async def test_frames_wait_with_their_client_while_the_application_is_behind(web):
    async with serving() as served:
        await served.ready()
        async with web.ws_connect(served.url("/behind", "ws")) as line:
            async with asyncio.timeout(TIMEOUT):
                for _ in range(20_000):
                    await line.send_str("x" * 1_000)
                await line.send_str("last")
            waiting = int((await served.until("waiting")).split()[1])
            assert wire.MAX_WAITING <= waiting <= wire.MAX_WAITING + 100  # and what one reading brings
            assert await served.until("taken") == "taken 20000"


async def test_who_still_reads_when_sent_away_gets_all_of_it_and_a_farewell():
    async with serving() as served:
        await served.ready()
        async with raw.raw_socket(served.port, "", "/two/3000000") as line, asyncio.timeout(TIMEOUT):
            await served.until("bye")  # 6 MB are on their way, and the close behind them
            (_, long), (_, last), (opcode, why) = [await line.frame() for _ in range(3)]
            assert (len(long), last, opcode) == (6_000_000, b"last", raw.CLOSE)
            await line.send(raw.frame(why, raw.CLOSE))
            with contextlib.suppress(ConnectionError):
                assert await line.reader.read() == b""


async def test_who_does_not_answer_a_close_is_cut_when_the_time_for_it_is_over():
    async with serving("--hasty") as served:
        await served.ready()
        async with raw.raw_socket(served.port, "", "/close/1012") as line, asyncio.timeout(TIMEOUT):
            began = time.monotonic()
            assert await line.closed() == 1012
            with contextlib.suppress(ConnectionError):
                assert await line.reader.read() == b""
            # Autobahn counts in whole seconds, and drops the one that has begun: 2 to 3 here, else 0 to 1.
            assert time.monotonic() - began > 1.5


async def test_a_socket_that_does_not_read_is_cut(web):
    async with serving() as served:
        await served.ready()
        _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1024)
        writer.write(
            b"GET /flood HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await served.until("live")
        await served.until("finally")
        writer.close()
        async with web.get(served.url("/")) as response:
            assert response.status == 200
