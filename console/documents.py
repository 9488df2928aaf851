"""A JSON document that is passed on as it is: numbers in it may be no numbers of Python or of a browser."""

import re
from typing import Any

import orjson

#: A text, a bracket, a comma or colon, or a number or name; spaces lie between them.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+')


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


def indented(text: str) -> str:
    """The same JSON with two spaces a level."""
    out: list[str] = []
    depth, opened = 0, False
    for part in _TOKEN.findall(text):
        if part in "]}":
            depth -= 1
            out += [part] if opened else ["\n", "  " * depth, part]
            opened = False
            continue
        if opened:
            out += ["\n", "  " * depth]
        opened = part in "[{"
        depth += opened
        out.append(part)
        if part == ",":
            out += ["\n", "  " * depth]
        elif part == ":":
            out.append(" ")
    return "".join(out)
