"""The reasons that tables keep in English words, put into the reader's language. The browser has the same in
js/words.js. What a person or a carrier wrote is no sentence of ours and stays as it is.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

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
    "asking failed: {error}": _("asking failed: {error}"),
    "asking {carriers}": _("asking {carriers}"),
    "no answer within {seconds} s": _("no answer within {seconds} s"),
    "{carrier} was faster": _("{carrier} was faster"),
    "{carrier} was cheaper": _("{carrier} was cheaper"),
    "{step} failed for good: {error}": _("{step} failed for good: {error}"),
    "order {number} was cancelled": _("order {number} was cancelled"),
    "lost with its worker": _("lost with its worker"),
}

_PATTERNS = {
    sentence: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)
    for sentence in SENTENCES
}


def said(reason: str) -> str:
    """A reason in the reader's language; each of several, where it is a list of them."""
    parts = reason.split("; ")
    told = [_known(part) for part in parts]
    if not all(told) and (whole := _known(reason)):
        return whole
    return "; ".join(mine or part for mine, part in zip(told, parts, strict=True))


def _known(reason: str) -> str | None:
    for sentence, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(reason):
            places = found.groupdict()
            if "answers" in places:
                places["answers"] = "; ".join(map(_answer, places["answers"].split("; ")))
            return str(SENTENCES[sentence]).format_map(places)
    return None


def _answer(text: str) -> str:
    """What a carrier said, or several who said the same: it stands behind their names."""
    names, colon, words = text.partition(": ")
    return names + colon + (_known(words) or words)
