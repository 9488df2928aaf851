"""Streams: numbers, the ring, epochs."""

from datetime import UTC, datetime

import orjson

from console.live.stream import Stream

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def published(count, **limits):
    stream = Stream("orders", "e1", **limits)
    for _ in range(count):
        stream.publish(b'{"rows":[]}', NOON)
    return stream


def numbers(messages):
    return [orjson.loads(message["text"])["seq"] for message in messages]


def test_numbers_are_consecutive_from_one():
    assert numbers(published(3).after(0)) == [1, 2, 3]


def test_who_comes_back_gets_what_it_missed_and_nothing_else():
    assert numbers(published(5).after(3)) == [4, 5]
    assert published(5).after(5) == []


def test_a_gap_is_told_apart_from_nothing_missed():
    stream = published(5, keep=3)
    assert numbers(stream.after(2)) == [3, 4, 5]
    assert stream.after(1) is None


def test_a_number_that_never_was_is_a_gap():
    assert published(2).after(3) is None
    assert published(2).after(-1) is None


def test_the_ring_is_bounded_in_bytes_but_keeps_the_newest():
    stream = published(5, keep_bytes=1)
    assert numbers(stream.after(4)) == [5]
    assert stream.after(3) is None


def test_a_new_epoch_starts_over():
    stream = published(5)
    stream.renew("e2")
    stream.publish(b"{}", NOON)
    assert [orjson.loads(message["text"])["epoch"] for message in stream.after(0)] == ["e2"]


def test_everybody_gets_the_same_frame():
    stream = published(1)
    assert stream.after(0)[0] is stream.after(0)[0]
