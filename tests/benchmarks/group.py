"""The peer: Channels' groups, as its documentation has them, under the same server as ours."""

from collections import defaultdict
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer

from tests.benchmarks.pace import keep_pace

GROUP = "bench"
#: Far more than is ever on the way, so that nothing is dropped.
CAPACITY = 100_000


def layers(redis_port: int | None) -> dict[str, Any]:
    """CHANNEL_LAYERS: the in-memory layer, and the one on Redis where there is one."""
    memory = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": CAPACITY}}
    found = {"memory": memory}
    if redis_port:
        host = {"address": f"redis://127.0.0.1:{redis_port}", "max_connections": CAPACITY}
        config = {"hosts": [host], "capacity": CAPACITY}
        found["redis"] = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}
    return found


class Consumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket in the group. ``sent`` is how many events it has passed on."""

    here: dict[str, set["Consumer"]] = defaultdict(set)
    sent = 0

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        self.here[self.channel_layer_alias].add(self)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        self.here[self.channel_layer_alias].discard(self)
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def bench_event(self, message: dict[str, Any]) -> None:
        await self.send(text_data=message["text"])
        self.sent += 1


class MemoryConsumer(Consumer):
    channel_layer_alias = "memory"


class RedisConsumer(Consumer):
    channel_layer_alias = "redis"


async def send(alias: str, text: str, events: int) -> None:
    """Send so many events as fast as the slowest consumer passes them on."""
    layer = get_channel_layer(alias)
    consumers = list(Consumer.here[alias])
    before = {consumer: consumer.sent for consumer in consumers}

    def ahead(number: int) -> int:
        return number - min(consumer.sent - before[consumer] for consumer in consumers)

    for number in range(events):
        await keep_pace(number, ahead)
        await layer.group_send(GROUP, {"type": "bench.event", "text": text})
