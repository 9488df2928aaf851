"""Orders that come over one socket: those that arrive together are written together."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from pydantic import ValidationError

from console.live import frames
from console.live.frames import Message
from console.live.person import Person
from jobs.away import CUT
from orders.schema import OrderIn, problems
from orders.submit import KEY, MAX_SUBMISSIONS, Answer, Refusal, Submission, submit
from orders.unfit import Named, look, named
from orders.wrong import MAX_PROBLEMS

log = logging.getLogger(__name__)

#: Orders of one socket that are not answered yet.
IN_FLIGHT = 256
#: Seconds after which a client that had too many may send more.
BUSY_RETRY = 1.0


class _Waiting(NamedTuple):
    command_id: object
    submission: Submission


class _Unfit(NamedTuple):
    """An order that is not written, what is wrong with it, and what it names: the shop may not know that."""

    command_id: object
    errors: list[dict[str, Any]]
    named: Named


class Submits:
    """Takes submit commands and answers each after the commit, or after what is wrong with it is looked up.

    Its task lives as long as there is work.
    """

    def __init__(self, person: Callable[[], Person], send: Callable[[Message], Awaitable[None]]) -> None:
        self._person = person
        self._send = send
        self._waiting: deque[_Waiting | _Unfit] = deque()
        self._writing = 0
        self._task: asyncio.Task[None] | None = None

    async def take(self, command: dict[str, Any]) -> None:
        """Take an order, to be answered soon; where there are too many, say that at once."""
        command_id = command.get("id")
        if len(self._waiting) + self._writing >= IN_FLIGHT:
            text = f"{IN_FLIGHT} orders are in flight"
            await self._send(frames.error(command_id, "busy", text, errors=[], retry_after=BUSY_RETRY))
            return
        try:
            self._waiting.append(_Waiting(command_id, _submission(command)))
        except _Invalid as invalid:
            self._waiting.append(_Unfit(command_id, invalid.errors, named(command.get("order"))))
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="socket submits")

    async def stop(self) -> None:
        """Give up what is not written. What is being written may be committed without an answer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=5)

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _n in range(min(len(self._waiting), MAX_SUBMISSIONS))]
                self._writing = len(batch)
                try:
                    await self._write([each for each in batch if isinstance(each, _Waiting)])
                    await self._refuse([each for each in batch if isinstance(each, _Unfit)])
                finally:
                    self._writing = 0
        finally:
            self._task = None

    async def _write(self, batch: list[_Waiting]) -> None:
        """Write a batch; where that fails, each by itself, so that none hinders the others. Not where the
        connection was cut: each of them would wait for the database as long as the batch did.
        """
        if not batch:
            return
        person = self._person()
        try:
            outcomes = await submit(
                [waiting.submission for waiting in batch],
                client=person.user_id,
                actor=f"user:{person.name}",
                door="socket",
            )
        except (OSError, *CUT) as error:
            said = str(error).partition("\n")[0] or type(error).__name__
            log.warning("orders from a socket could not be written (%d): %s", len(batch), said)
            await self._put_off(batch)
            return
        except Exception:
            if len(batch) > 1:
                for waiting in batch:
                    await self._write([waiting])
                return
            log.exception("An order from a socket could not be written")
            await self._put_off(batch)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            await self._send(_answer(waiting.command_id, outcome))

    async def _refuse(self, batch: list[_Unfit]) -> None:
        """Tell each all that is wrong with it."""
        try:
            strange = await look([unfit.named for unfit in batch])
        except Exception:
            log.exception("What the shop does not know of an order could not be looked up")
            strange = [[] for _unfit in batch]
        text = "the order is not valid"
        for unfit, unknown in zip(batch, strange, strict=True):
            errors = [*unfit.errors, *unknown][:MAX_PROBLEMS]
            await self._send(frames.error(unfit.command_id, "invalid", text, errors=errors, retry_after=None))

    async def _put_off(self, batch: list[_Waiting]) -> None:
        text = "the order could not be written now"
        for waiting in batch:
            await self._send(
                frames.error(waiting.command_id, "unavailable", text, errors=[], retry_after=BUSY_RETRY)
            )


class _Invalid(Exception):
    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors


def _submission(command: dict[str, Any]) -> Submission:
    key, errors = command.get("key"), []
    if not isinstance(key, str) or not KEY.fullmatch(key):
        errors.append({"field": "key", "message": _("must be 1 to 255 visible ASCII characters")})
    try:
        order = OrderIn.model_validate(command.get("order"))
    except ValidationError as error:
        errors += problems(error)
    if errors:
        raise _Invalid(errors)
    return Submission(order, key)


def _answer(command_id: object, outcome: Answer | Refusal) -> Message:
    if isinstance(outcome, Answer):
        return frames.ack(
            command_id,
            id=str(outcome.id),
            number=outcome.number,
            state=outcome.state,
            version=outcome.version,
            replayed=outcome.replayed,
        )
    return frames.error(
        command_id,
        outcome.code,
        "the order was refused",
        errors=outcome.errors,
        retry_after=outcome.retry_after,
    )
