"""A stream: the numbered frames of one topic and filter. Pure; nobody is sent anything here."""

from collections import deque
from datetime import datetime

from console.live import frames


class Stream:
    """Events with consecutive numbers, the newest kept for those who come back.

    A number means something only together with the epoch; a new epoch starts over at 0 and keeps nothing.
    Kept are at most ``keep`` frames and about ``keep_bytes`` bytes, but always the newest one.
    """

    def __init__(self, topic: str, epoch: str, *, keep: int = 256, keep_bytes: int = 2 << 20) -> None:
        self.topic = topic
        self.epoch = epoch
        self.seq = 0
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._bytes = 0
        self._ring: deque[frames.Message] = deque()

    def publish(self, data: bytes, now: datetime) -> None:
        """The next event. It is encoded here, once, for every socket there is and for those that return."""
        self.seq += 1
        event = frames.told("event", self.topic, self.epoch, self.seq, now, data)
        self._ring.append(event)
        self._bytes += len(event["text"])
        while len(self._ring) > 1 and (len(self._ring) > self._keep or self._bytes > self._keep_bytes):
            self._bytes -= len(self._ring.popleft()["text"])

    def after(self, seq: int) -> list[frames.Message] | None:
        """The events after this number, in order; None where some are not kept any more, or never were."""
        missed = self.seq - seq
        if not 0 <= missed <= len(self._ring):
            return None
        return [self._ring[index] for index in range(-missed, 0)]

    def renew(self, epoch: str) -> None:
        """Start over: what was heard may have a gap."""
        self.epoch = epoch
        self.seq = 0
        self._bytes = 0
        self._ring.clear()
