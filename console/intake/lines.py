"""Bytes into numbered lines. Pure: what is not finished yet is kept, a line too long is not."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from console.size import MAX_BODY

#: Bytes a line may have.
MAX_LINE = MAX_BODY

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, by its number from 1; ``text`` is None where it is longer than MAX_LINE."""

    number: int
    text: bytes | None


class Lines:
    """Takes what was read piece by piece, and gives the lines that it completes."""

    def __init__(self) -> None:
        self._number = 0
        self._rest = b""
        self._skipping = False

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The lines that end in this piece."""
        *ended, rest = (self._rest + chunk).split(b"\n")
        for text in ended:
            yield from self._line(text)
        self._rest = rest
        if len(rest) > MAX_LINE:
            self._skipping, self._rest = True, b""

    def end(self) -> Iterator[Line]:
        """The last line, where no line break ends it."""
        if self._rest or self._skipping:
            yield from self._line(self._rest)
        self._rest = b""

    def _line(self, text: bytes) -> Iterator[Line]:
        self._number += 1
        if self._skipping or len(text) > MAX_LINE:
            self._skipping = False
            yield Line(self._number, None)
        elif text := text.strip():
            yield Line(self._number, text)


def may_be_one_document(head: bytes) -> bool:
    """Whether what came so far may go on as one document over several lines.

    That is so until a first line has ended, and after one that opens an object and does not end it.
    """
    for text in head.split(b"\n")[:-1]:
        if text.strip():
            return text.lstrip().startswith(b"{") and not is_json(text)
    return True


def one_document(text: bytes) -> Line | None:
    """The whole of it as one line, where it is one JSON document written over several lines."""
    before = text[: len(text) - len(text.lstrip())]
    return Line(before.count(b"\n") + 1, text.strip()) if is_json(text) else None


def is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
