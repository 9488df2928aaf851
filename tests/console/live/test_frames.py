"""Frames out and in."""

from datetime import UTC, datetime

import orjson
import pytest

from console.live import frames

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_the_envelope_has_everything_a_client_needs_to_go_on():
    message = frames.told("event", "orders", "e1", 7, NOON, b'{"rows":[]}')
    assert message["type"] == "websocket.send"
    assert orjson.loads(message["text"]) == {
        "type": "event",
        "topic": "orders",
        "epoch": "e1",
        "seq": 7,
        "ts": "2026-01-02T12:00:00+00:00",
        "data": {"rows": []},
    }


def test_answers_echo_the_commands_id():
    assert orjson.loads(frames.ack(5, number=1)["text"]) == {"type": "ack", "id": 5, "data": {"number": 1}}
    assert orjson.loads(frames.error("x", "busy", "later")["text"])["id"] == "x"


@pytest.mark.parametrize(
    "received",
    [
        pytest.param({"text": "{"}, id="half an object"),
        pytest.param({"text": ""}, id="nothing"),
        pytest.param({"text": "[]"}, id="not an object"),
        pytest.param({"text": '{"a":NaN}'}, id="not a number"),
        pytest.param({"text": "[" * 100_000}, id="deeper than anything"),
        pytest.param({"bytes": b"{}"}, id="binary"),
        pytest.param({"text": '"\\ud800"'}, id="half a character"),
        pytest.param({"text": '{"id":' + "[" * 300 + "]" * 300 + "}"}, id="an id too deep to be sent back"),
        pytest.param({"text": '{"id":"' + "x" * 101 + '"}'}, id="a long id"),
    ],
)
def test_what_is_no_command_is_refused(received):
    with pytest.raises(frames.BadFrame):
        frames.parse(received)
