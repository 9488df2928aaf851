"""A socket on its way through our server: who does not read is not read."""

import asyncio

import pytest

from console.size import MAX_BODY
from console.wire import MAX_FRAME, MAX_PARTS, MAX_UNSENT, TOGETHER, TOO_BIG
from tests.console.test_server import serving
from tests.journeys.raw import CONTINUED, PATIENCE, PING, TEXT, frame, raw_socket

FRAMES = 20_000
ANSWER = 2_000


async def test_who_sends_and_does_not_read_is_not_read_either_and_gets_every_answer_in_the_end():
    async with serving() as served:
        await served.ready()
        async with raw_socket(served.port, "", "/echo") as socket, asyncio.timeout(PATIENCE):
            sending = asyncio.create_task(socket.send(*[frame(b"{}") * 1_000] * (FRAMES // 1_000)))
            await served.until("answered")  # 2 MB of answers wait; all together are five times what is borne
            for _ in range(FRAMES):
                opcode, answer = await socket.frame()
                assert (opcode, len(answer)) == (TEXT, ANSWER)
            await sending
    assert FRAMES * ANSWER > 4 * MAX_UNSENT


async def test_pongs_that_nobody_reads_are_not_kept_for_ever():
    async with serving() as served:
        await served.ready()
        async with raw_socket(served.port, "", "/live") as socket, asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionError):
                await socket.send(*[frame(b"p" * 125, PING) * 1_000] * 400)


@pytest.mark.parametrize(("parts", "fits"), [(MAX_PARTS, True), (MAX_PARTS + 1, False)])
async def test_a_message_comes_in_so_many_parts_and_no_more(parts, fits):
    async with serving() as served:
        await served.ready()
        async with raw_socket(served.port, "", "/echo") as socket, asyncio.timeout(PATIENCE):
            middle = frame(b"", CONTINUED, final=False) * (parts - 2)
            await socket.send(frame(b"{", final=False), middle, frame(b"}", CONTINUED))
            if fits:
                assert (await socket.frame())[0] == TEXT
            else:
                assert await socket.closed() == TOO_BIG


async def test_more_may_be_sent_at_once_than_is_taken():
    async with serving() as served:
        await served.ready()
        async with raw_socket(served.port, "", "/large") as socket, asyncio.timeout(PATIENCE):
            opcode, payload = await socket.frame()
            assert (opcode, len(payload)) == (TEXT, 3 * MAX_BODY)
            await socket.send(frame(b"x" * (MAX_BODY + 1)))
            assert await socket.closed() == TOO_BIG


@pytest.mark.parametrize(
    "length", [1, 125, 126, MAX_FRAME, MAX_FRAME + 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 << 20]
)
async def test_a_message_of_any_length_arrives_whole_and_before_the_close(length):
    async with serving() as served:
        await served.ready()
        async with raw_socket(served.port, "", f"/two/{length}") as socket, asyncio.timeout(PATIENCE):
            assert await socket.frame() == (TEXT, "é".encode() * length)
            assert await socket.frame() == (TEXT, b"last")
            assert await socket.closed() == 1000
