"""Orders out of a source, in groups: as many as are there, never waiting for more while one is at hand."""

from collections import deque

from console.intake.entry import Entry, entry_of
from console.intake.keys import Keys
from console.intake.lines import BOM, MAX_LINE, Line, Lines, may_be_one_document, one_document
from console.intake.source import Source
from orders.submit import MAX_SUBMISSIONS

#: Bytes of lines after which a group takes no further one: very long orders do not fill the memory.
GROUP_BYTES = 1 << 20


class Reader:
    """Reads what ``source`` has: an order a line, or one order over several lines."""

    def __init__(self, source: Source, keys: Keys) -> None:
        self._source = source
        self._splitter = Lines()
        self._lines: deque[Line] = deque()
        self._keys = keys
        self._begun = self._ended = False

    def close(self) -> None:
        """Let go of the source, and of what was counted."""
        self._source.close()
        self._keys.close()

    async def group(self) -> list[Entry]:
        """The next orders, at most MAX_SUBMISSIONS; waits for the first. Empty at the end.

        Raises Unreadable.
        """
        entries: list[Entry] = []
        size = 0
        while len(entries) < MAX_SUBMISSIONS and size < GROUP_BYTES:
            if self._lines:
                line = self._lines.popleft()
                entries.append(entry_of(line, self._keys))
                size += len(line.text or b"")
            elif self._ended or (entries and not self._source.ready()):
                break
            elif self._begun:
                await self._read()
            else:
                await self._begin()
        return entries

    async def _begin(self) -> None:
        """Read the first line, or all there is where that may be one document over several lines."""
        head = b""
        while not self._ended and len(head) <= MAX_LINE and may_be_one_document(head):
            chunk = await self._source.read()
            self._ended = not chunk
            head = (head + chunk).removeprefix(BOM)
        self._begun = True
        if self._ended and (document := one_document(head)):
            self._lines.append(document)
        else:
            self._take(head)

    async def _read(self) -> None:
        chunk = await self._source.read()
        self._ended = not chunk
        self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        self._lines.extend(self._splitter.feed(chunk))
        if self._ended:
            self._lines.extend(self._splitter.end())
