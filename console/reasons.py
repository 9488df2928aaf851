"""The reasons that tables keep in English words, put into the reader's language. The browser has the same in
js/words.js. What a person or a carrier wrote is no sentence of ours and stays as it is.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.amounts import amount_words
from orders.rules import money

#: A sentence as it is kept, with its places → the same for the reader. The first that fits is meant.
SENTENCES: Mapping[str, object] = {
    "no stock of {sku}: {wanted} wanted, {left} left": _("no stock of {sku}: {wanted} wanted, {left} left"),
    "no funds: {wanted} wanted, {there} available": _("no funds: {wanted} wanted, {there} available"),
    "the house has no {currency} account": _("the house has no {currency} account"),
    "{customer} has no {currency} account": _("{customer} has no {currency} account"),
    "no carrier gave a quote in {rounds} rounds; the last time {answers}": _(
        "no carrier gave a quote in {rounds} rounds; the last time {answers}"
    ),
    "no quote: {answers}": _("no quote: {answers}"),
    "asking nobody": _("asking nobody"),
    "asking {carriers}": _("asking {carriers}"),
    "no answer within {seconds} s": _("no answer within {seconds} s"),
    "asking failed: {error}": _("asking failed: {error}"),
    "the asking was broken off": _("the asking was broken off"),
    "our database was away": _("our database was away"),
    "{carrier} was faster": _("{carrier} was faster"),
    "{carrier} was cheaper": _("{carrier} was cheaper"),
    "{step} failed for good: {error}": _("{step} failed for good: {error}"),
    "order {number} was cancelled": _("order {number} was cancelled"),
    "lost with its worker": _("lost with its worker"),
}

#: What may stand in a place; in any other, anything. If each took anything, a long text that nearly fits
#: would be tried in every way there is, and more of what people write would be taken for ours.
AMOUNT, WORD, NUMBER = r"-?[0-9][0-9.]*(?: [A-Z]{3})?", r"[^\s,;]+", r"[0-9][0-9.]*"
PLACES = {
    "wanted": AMOUNT,
    "left": AMOUNT,
    "there": AMOUNT,
    "currency": "[A-Z]{3}",
    "rounds": NUMBER,
    "seconds": NUMBER,
    "number": NUMBER,
    "carrier": WORD,
    "carriers": f"{WORD}(?:, {WORD})*",
    "step": WORD,
}


#: An amount as it is kept: with all of its currency's decimals, nothing between thousands.
_MONEY = re.compile(r"(-?[0-9]{1,15})(?:\.([0-9]{1,3}))? ([A-Z]{3})")
#: Characters of the longest sentence of ours, and more: a reason may be anybody's.
LONGEST = 2_000


def _pattern(sentence: str) -> re.Pattern[str]:
    def place(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{PLACES.get(found[1], '.+?')})"

    return re.compile(re.sub(r"\\{(\w+)\\}", place, re.escape(sentence)), re.DOTALL)


_PATTERNS = {sentence: _pattern(sentence) for sentence in SENTENCES}


def said(reason: str) -> str:
    """A reason in the reader's language; each of several, where it is a list of them. One that is longer than
    ours ever are is as it is.
    """
    if len(reason) > LONGEST:
        return reason
    parts = reason.split("; ")
    told = [_known(part) for part in parts]
    if not all(told) and (whole := _known(reason)):
        return whole
    if not any(told):
        return reason
    return gettext("; ").join(mine or part for mine, part in zip(told, parts, strict=True))


def _known(reason: str, *, within: bool = False) -> str | None:
    """Within another one there are no answers again."""
    for sentence, pattern in _PATTERNS.items():
        if within and "{answers}" in sentence:
            continue
        if found := pattern.fullmatch(reason):
            places = {name: _place(name, text) for name, text in found.groupdict().items()}
            return str(SENTENCES[sentence]).format_map(places)
    return None


def _place(name: str, text: str) -> str:
    """Amounts as amounts are written; what each carrier answered, where that is a sentence of ours."""
    if name == "answers":
        answers = (answer.partition(": ") for answer in text.split("; "))
        return gettext("; ").join(
            f"{carrier}{colon}{_known(rest, within=True) or rest}" for carrier, colon, rest in answers
        )
    if (found := _MONEY.fullmatch(text)) and len(found[2] or "") == money.DECIMALS.get(found[3]):
        return amount_words(int(found[1] + (found[2] or "")), found[3])
    return text
