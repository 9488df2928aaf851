"""Asking carriers side by side: the first good answer wins, the others are cancelled."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from jobs.away import LOST
from jobs.fetch.client import FetchError, fetch
from orders.rules.money import words
from orders.rules.quotes import NoOffer, Offer, best, read_offer

log = logging.getLogger(__name__)

#: Seconds a carrier gets for one try, and seconds the whole question may take.
TRY_TIMEOUT, DEADLINE = 5.0, 20.0
#: Failures of a call that no carrier has answered.
UNANSWERED = frozenset({"connect", "timeout", "protocol"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question: won, cancelled (another was faster) or failed, and why in words.

    ``unanswered``: it failed because nothing came back, not for what the carrier said.
    """

    carrier: str
    state: Literal["won", "cancelled", "failed"]
    price: int | None = None
    currency: str = ""
    detail: str = ""
    unanswered: bool = False


async def ask_carriers(
    carriers: Mapping[str, str], *, order: str, weight: int, deadline: float = DEADLINE
) -> list[Reply]:
    """Ask every carrier (name → URL) for a quote at once; one reply each, at most one of them won.

    Ends with the first good offer, or when all have failed, or after ``deadline`` seconds. No question is
    left running, not when the caller is cancelled either.

    A question waits for its host's slot, which is a row: what our own database raises is no carrier's answer.
    It is raised where no other carrier made an offer.
    """
    loop = asyncio.get_running_loop()
    questions = {
        asyncio.create_task(_ask(name, url, order, weight), name=f"quote from {name}"): name
        for name, url in carriers.items()
    }
    pending, offers, replies = set(questions), list[Offer](), list[Reply]()
    unasked: dict[str, Exception] = {}
    end = loop.time() + deadline
    try:
        while pending and not offers and (left := end - loop.time()) > 0:
            done, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for question in done:
                try:
                    offers.append(question.result())
                except (FetchError, NoOffer) as error:
                    nothing = isinstance(error, FetchError) and error.kind in UNANSWERED
                    replies.append(
                        Reply(questions[question], "failed", detail=str(error), unanswered=nothing)
                    )
                except LOST as error:
                    unasked[questions[question]] = error
                except Exception as error:  # one carrier's oddity is not the others' failure
                    log.exception("Asking %s failed", questions[question])
                    words_ = f"asking failed: {type(error).__name__}"
                    replies.append(Reply(questions[question], "failed", detail=words_))
    finally:
        await _call_off(set(questions))
    if unasked and not offers:
        raise next(iter(unasked.values()))
    replies += [Reply(carrier, "cancelled", detail="our database was away") for carrier in unasked]
    replies += _sort_out(offers, [questions[question] for question in pending], deadline)
    # In one order, however they came: what is told of two rounds alike is the same words.
    return sorted(replies, key=lambda reply: list(carriers).index(reply.carrier))


async def _ask(carrier: str, url: str, order: str, weight: int) -> Offer:
    response = await fetch("GET", url, params={"order": order, "weight": weight}, timeout=TRY_TIMEOUT)
    try:
        body = response.json()
    except FetchError:
        if response.status == 200:
            raise
        body = None  # an error page
    return read_offer(carrier, response.status, body)


async def _call_off(questions: set["asyncio.Task[Offer]"]) -> None:
    """Cancel what still runs and wait for its end, so that no connection outlives the question."""
    for question in questions:
        question.cancel()
    await asyncio.gather(*questions, return_exceptions=True)


def _sort_out(offers: list[Offer], unheard: list[str], deadline: float) -> list[Reply]:
    winner = best(offers)
    if winner is None:
        words_ = f"no answer within {deadline:g} s"
        return [Reply(carrier, "failed", detail=words_, unanswered=True) for carrier in unheard]
    faster = f"{winner.carrier} was faster"
    return [
        Reply(winner.carrier, "won", winner.price, winner.currency),
        *(
            Reply(offer.carrier, "cancelled", offer.price, offer.currency, f"{winner.carrier} was cheaper")
            for offer in offers
            if offer is not winner
        ),
        *(Reply(carrier, "cancelled", detail=faster) for carrier in unheard),
    ]


def told(reply: Reply) -> str:
    """A reply in words for the timeline."""
    if reply.price is None:
        return f"{reply.carrier}: {reply.detail}"
    return f"{reply.carrier}: {words(reply.price, reply.currency)}"


def all_told(replies: Iterable[Reply]) -> str:
    """All of them in words; those who said the same are named together."""
    said: dict[str, list[str]] = {}
    for reply in replies:
        said.setdefault(told(reply).removeprefix(reply.carrier), []).append(reply.carrier)
    return "; ".join(", ".join(carriers) + words_ for words_, carriers in said.items())
