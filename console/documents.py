"""A JSON document that is passed on as it is: numbers in it may be no numbers of Python or of a browser."""

import re
from typing import Any

import orjson

#: A text, a bracket, a comma or colon, or a number or name; spaces lie between them.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+')


#: Levels that are set in: a document of many would else be a hundred times as long.
LEVELS = 20


class Document:
    """JSON as text. Two are equal when their texts are."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def unparsed(value: Any) -> Any:
    """For ``orjson.dumps(default=…)``: documents as they are, what JSON has no word for as text."""
    return orjson.Fragment(value.text) if isinstance(value, Document) else str(value)


def _margin(depth: int) -> str:
    return "  " * min(depth, LEVELS)


def indented(text: str, most: int | None = None) -> str:
    """The same JSON with two spaces a level. Of a longer one the beginning, a little more than ``most``
    characters: the whole of a large one may take a second.
    """
    out: list[str] = []
    depth, opened, size = 0, False, 0
    for found in _TOKEN.finditer(text):
        if most is not None and size > most:
            break
        part = found[0]
        closes = part in "]}"
        depth -= closes
        before = "\n" + _margin(depth) if opened is not closes else ""
        depth += (opened := part in "[{")
        after = "\n" + _margin(depth) if part == "," else " " if part == ":" else ""
        out.append(before + part + after)
        size += len(out[-1])
    return "".join(out)
