"""Bytes of a file, a pipe or a terminal, read without holding up the loop."""

import asyncio
import errno
import os
import select
import stat
import sys

#: Bytes read at once; a pipe holds as many.
CHUNK = 1 << 16


class Unreadable(Exception):
    """The file cannot be read; the message is the system's reason."""


class Source:
    """What ``path`` names, ``-`` for standard input. Raises Unreadable.

    A file never keeps its reader waiting; a pipe, a terminal or a socket is read once it has something, so
    that who waits can be interrupted: a thread in a blocking read could not.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        try:
            self._fd = _stdin() if path == "-" else os.open(path, os.O_RDONLY)
            status = os.fstat(self._fd)
            if stat.S_ISDIR(status.st_mode):
                raise IsADirectoryError(None, "Is a directory")
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        self.is_file = stat.S_ISREG(status.st_mode)
        #: Bytes in all, where that is known.
        self.size = status.st_size if self.is_file else None
        #: Bytes read so far.
        self.read_so_far = 0

    def close(self) -> None:
        """Close a file; standard input is left open."""
        if self.name != "-":
            os.close(self._fd)

    @property
    def is_terminal(self) -> bool:
        return os.isatty(self._fd)

    def ready(self) -> bool:
        """Whether the next read answers at once."""
        if self.is_file:
            return True
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return bool(poll.poll(0))

    async def read(self) -> bytes:
        """What there is, CHUNK bytes at most; nothing at the end. Raises Unreadable."""
        try:
            if not self.is_file and not self.ready():
                await self._until_readable()
            else:
                await asyncio.sleep(0)  # a long file must let the loop do what else there is
            chunk = os.read(self._fd, CHUNK)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        self.read_so_far += len(chunk)
        return chunk

    async def _until_readable(self) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._fd, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._fd)


def _stdin() -> int:
    if sys.stdin is None:  # whoever started us closed it
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.fileno()
