"""Back-pressure: who has too much unseen gets nothing more, then starts over."""

from datetime import UTC, datetime

import orjson
import pytest

from console.live.reader import LEFT, LIMIT, RESUME, NotWatched, Reader, Subscription
from console.live.stream import Stream

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Place:
    """A reader in one stream, and the numbers it was sent."""

    def __init__(self):
        self.sent = []
        self.reader = Reader(self.send)
        self.stream = Stream("orders", "e1")
        self.subscription = Subscription(self.reader, self.stream)
        self.reader.subscriptions["orders"] = self.subscription
        self.subscription.begin(0)

    async def send(self, message):
        self.sent.append(orjson.loads(message["text"])["seq"])

    async def publish(self, count, now=0.0):
        for _ in range(count):
            self.stream.publish(b"{}", NOON)
            await self.subscription.pump(now)


@pytest.fixture
def place():
    return Place()


async def test_frames_come_in_order_and_none_is_left_out(place):
    await place.publish(10)
    assert place.sent == list(range(1, 11))


async def test_who_says_what_it_saw_is_never_behind(place):
    for _ in range(10):
        await place.publish(LIMIT)
        assert place.reader.saw("orders", place.sent[-1]) == []
    assert len(place.sent) == 10 * LIMIT


async def test_past_the_limit_nothing_more_is_sent(place):
    await place.publish(LIMIT + 5, now=7.0)
    assert len(place.sent) == LIMIT
    assert place.reader.behind_since == 7.0


async def test_the_limit_counts_all_of_a_sockets_topics(place):
    await place.publish(LIMIT - 1)
    other = Subscription(place.reader, Stream("jobs", "e1"))
    place.reader.subscriptions["jobs"] = other
    other.begin(0)
    for _ in range(2):
        other.stream.publish(b"{}", NOON)
        await other.pump(1.0)
    assert place.reader.behind_since == 1.0
    assert len(place.sent) == LIMIT


async def test_a_little_seen_does_not_start_it_over_yet(place):
    await place.publish(LIMIT + 1)
    assert place.reader.saw("orders", 1) == []
    assert place.reader.behind_since is not None


async def test_who_has_seen_enough_starts_over_once(place):
    await place.publish(LIMIT + 1)
    assert place.reader.saw("orders", LIMIT - RESUME) == [place.subscription]
    assert place.reader.behind_since is None
    assert place.reader.saw("orders", LIMIT) == []


async def test_a_client_cannot_have_seen_what_it_was_not_sent(place):
    await place.publish(3)
    place.reader.saw("orders", 1_000_000)
    assert place.reader.unseen == 0
    await place.publish(2)
    assert place.reader.unseen == 2


async def test_a_subscription_that_ends_owes_nothing(place):
    await place.publish(5)
    place.subscription.end()
    assert place.reader.unseen == 0


async def test_a_gap_in_the_stream_is_noticed(place):
    place.stream.renew("e2")
    place.subscription.sent = 9
    assert await place.subscription.pump(0.0) is False
    assert not place.subscription.live


async def test_what_was_left_long_ago_is_not_watched(place):
    for number in range(LEFT + 1):
        place.reader.subscriptions[f"t{number}"] = Subscription(place.reader, place.stream)
        place.reader.leave(f"t{number}")
    assert place.reader.saw(f"t{LEFT}", 1) == []
    with pytest.raises(NotWatched):
        place.reader.saw("t0", 1)
