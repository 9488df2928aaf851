"""Frames: what goes over the socket. One envelope for what is told, one for what answers a command."""

from datetime import datetime
from typing import Any

import orjson

from console import json_in
from console.documents import unparsed

#: An ASGI message, made once and given to every socket.
Message = dict[str, Any]


#: Characters of a command's id: it is sent back with every answer.
MAX_ID = 100


class BadFrame(Exception):
    """What came over the socket is not a command."""


def encode(data: object) -> bytes:
    """Data as JSON: instants as RFC 3339, what JSON has no word for (UUIDs, Decimals) as text."""
    return orjson.dumps(data, default=unparsed, option=orjson.OPT_NON_STR_KEYS)


def told(kind: str, topic: str, epoch: str, seq: int, now: datetime, data: bytes) -> Message:
    """A ``snapshot``, ``event`` or ``reset`` of a topic; ``data`` is JSON already."""
    envelope = {
        "type": kind,
        "topic": topic,
        "epoch": epoch,
        "seq": seq,
        "ts": now,
        "data": orjson.Fragment(data),
    }
    return message(envelope)


def ack(command_id: object, **data: object) -> Message:
    """The command was carried out; ``data`` is what came of it."""
    return message({"type": "ack", "id": command_id, "data": data})


def error(command_id: object, code: str, text: str, **more: object) -> Message:
    """What went wrong: ``code`` for programs, ``message`` for the developer who reads the wire."""
    return message({"type": "error", "id": command_id, "code": code, "message": text, **more})


def message(frame: dict[str, object]) -> Message:
    return {"type": "websocket.send", "text": encode(frame).decode()}


def parse(received: Message) -> dict[str, Any]:
    """The command in a received ASGI message. Raises BadFrame, with the reason."""
    text = received.get("text")
    if text is None:
        raise BadFrame("commands are text frames")
    try:
        command = json_in.loads(text.encode("utf-8", "surrogatepass"))
    except json_in.NotJson as error:
        raise BadFrame(f"the command cannot be read: {error}") from error
    if not isinstance(command, dict):
        raise BadFrame("a command is a JSON object")
    if not _is_id(command.get("id")):
        raise BadFrame(f"an id is a whole number below 2^64, or a text of at most {MAX_ID} characters")
    return command


def _is_id(value: object) -> bool:
    """Whether it can be sent back as it came. A larger number is read as a double, and comes out rounded."""
    if isinstance(value, str):
        return len(value) <= MAX_ID
    return value is None or type(value) is int
