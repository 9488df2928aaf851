"""Lengths of time in words short enough for a table's cell. The browser has the same in js/time.js."""

from django.utils.formats import number_format

from console.words import word

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def span_words(ms: float) -> str:
    """Milliseconds in two steps of the clock at most: 12 ms, 1.2 s, 3 min 5 s, 2 h 10 min, 4 d 3 h."""
    if ms < SECOND:
        return _say("ms", n=number_format(round(ms)))
    if ms < MINUTE:
        return _say("s", n=number_format(ms / SECOND, decimal_pos=1))
    if ms < HOUR:
        return _say("min", n=int(ms // MINUTE), m=int(ms % MINUTE // SECOND))
    if ms < DAY:
        return _say("h", n=int(ms // HOUR), m=int(ms % HOUR // MINUTE))
    return _say("d", n=number_format(int(ms // DAY)), m=int(ms % DAY // HOUR))


def _say(unit: str, **places: object) -> str:
    return word("say", unit).format(**places)
