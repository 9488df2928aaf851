"""Files and pipes: read as they come, never waited for inside a read."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.intake.source import Source, Unreadable


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Source, int]]:
    """A source that reads from a pipe, and the pipe's other end."""
    far, near = os.pipe()
    source = Source(f"/dev/fd/{far}")
    os.close(far)
    yield source, near
    os.close(source._fd)


async def test_a_file_is_read_to_its_end_and_is_always_ready(tmp_path: Path) -> None:
    file = tmp_path / "orders"
    file.write_bytes(b"x" * 100_000)
    source = Source(str(file))
    assert source.size == 100_000
    pieces = []
    while piece := await source.read():
        assert source.ready()
        pieces.append(piece)
    assert b"".join(pieces) == file.read_bytes()
    assert source.read_so_far == 100_000


async def test_a_pipe_is_read_as_it_comes(pipe: tuple[Source, int]) -> None:
    source, near = pipe
    assert source.size is None
    assert not source.ready()
    reading = asyncio.create_task(source.read())
    await asyncio.sleep(0)
    assert not reading.done()
    os.write(near, b"one")
    assert await reading == b"one"
    os.write(near, b"two")
    assert source.ready()
    assert await source.read() == b"two"
    os.close(near)
    assert await source.read() == b""


async def test_waiting_for_a_pipe_can_be_given_up_and_loses_nothing(pipe: tuple[Source, int]) -> None:
    source, near = pipe
    waiting = asyncio.create_task(source.read())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    os.write(near, b"one")
    assert await source.read() == b"one"
    os.close(near)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("/nowhere/orders", "No such file or directory", id="not there"),
        pytest.param("/", "Is a directory", id="a directory"),
    ],
)
def test_what_cannot_be_read_is_said_by_the_system_s_reason(path: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        Source(path)
