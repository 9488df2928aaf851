"""What the address of a list asks for (which rows, sorted how, from which on), and addresses that lead on.

A page begins past a row: ``after`` has that row's key, ``before`` that of the row the page ends in front of.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.live.filters import LONGEST

PAGE = 50
Key = tuple[Any, ...]
#: Reads the keys past one, in one of both directions, as many as asked.
Read = Callable[[Key, bool, int], Awaitable[list[Key]]]
#: Parameters that say in which order and from where on; the others are filters.
PLACE = frozenset({"sort", "before", "after"})


class Unusable(Http404):
    """A parameter of the address that this list cannot use."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def uuid_or_404(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None


def param(request: HttpRequest, name: str) -> str | None:
    """A parameter of the address, None where it is empty. Raises Unusable for what no text column holds."""
    value = request.GET.get(name, "").strip() or None
    if value and "\x00" in value:
        raise Unusable(name)
    return value


def moment(text: str) -> datetime:
    """An instant with its offset, of the years a database can hold. Raises ValueError."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None or not 1 < value.year < 9000:
        raise ValueError(text)
    return value


def whole(text: str) -> int:
    """A bigint. Raises ValueError."""
    value = int(text) if len(text) <= 20 else 1 << 63
    if not -1 << 63 <= value < 1 << 63:
        raise ValueError(text)
    return value


class Words(NamedTuple):
    """What lies before a page, after it, and at the list's beginning."""

    before: Any
    after: Any
    beginning: Any


#: By whether the list goes down.
TIME = {True: Words(_("Newer"), _("Older"), _("Newest")), False: Words(_("Older"), _("Newer"), _("Oldest"))}
AMOUNT = {
    True: Words(_("Larger"), _("Smaller"), _("Largest")),
    False: Words(_("Smaller"), _("Larger"), _("Smallest")),
}
NAME = dict.fromkeys((True, False), Words(_("Previous"), _("Next"), pgettext_lazy("page", "First")))


@dataclass(frozen=True)
class Sort:
    """One order of a list. ``kinds`` read the parts of its key; ``down`` is how it goes at first."""

    code: str
    kinds: tuple[Callable[[str], Any], ...]
    words: Mapping[bool, Words]
    down: bool = True

    def key(self, text: str) -> Key:
        """Raises ValueError."""
        parts = text.split("~", len(self.kinds) - 1)
        return tuple(kind(part) for kind, part in zip(self.kinds, parts, strict=True))


@dataclass
class Asked:
    """An address of a list, read. ``params`` are its filters, in the order in which addresses name them."""

    params: dict[str, str]
    sorts: Sequence[Sort]
    #: Whether these filters leave more than the first sort.
    offered: Callable[[Mapping[str, str]], bool]
    sort: Sort
    down: bool
    past: Key = ()
    backwards: bool = False
    #: What was asked and is not done, by name.
    dropped: list[str] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        request: HttpRequest,
        filters: Sequence[str],
        sorts: Sequence[Sort],
        offered: Callable[[Mapping[str, str]], bool],
    ) -> "Asked":
        """Raises Unusable."""
        params = {name: value for name in filters if (value := param(request, name))}
        name = param(request, "sort") or ""
        wanted = [sort for sort in sorts if sort.code == name.lstrip("-")] if name else [sorts[0]]
        if not wanted:
            raise Unusable("sort")
        down = name.startswith("-") if name else sorts[0].down
        asked = cls(params, sorts if offered(params) else sorts[:1], offered, wanted[0], down)
        if asked.sort not in asked.sorts:
            asked.sort, asked.down = sorts[0], sorts[0].down
            asked.dropped.append("sort")
            return asked
        before, after = param(request, "before"), param(request, "after")
        if cursor := before or after:
            try:
                asked.past = asked.sort.key(cursor)
            except ValueError:
                raise Unusable("before" if before else "after") from None
            asked.backwards = before is not None
        return asked

    def one_of(self, names: Sequence[str]) -> None:
        """Of these filters the first stays, the others are dropped."""
        for name in [name for name in names if name in self.params][1:]:
            del self.params[name]
            self.dropped.append(name)

    @property
    def told(self) -> bool:
        """As the hub tells it: the newest first, under filters no longer than it takes."""
        newest_first = self.sort == self.sorts[0] and self.down
        return newest_first and all(len(value) <= LONGEST for value in self.params.values())

    def address(self, **changes: str | None) -> str:
        """The address of the list's beginning with these parameters otherwise; None leaves one out. The sort
        stays where there is one beside them.
        """
        now = {"sort": self.sort_name(self.sort, self.down), **changes}
        merged = {name: value for name, value in {**self.params, **now}.items() if value}
        filters = {name: value for name, value in merged.items() if name not in PLACE}
        if self.sort != self.sorts[0] and not self.offered(filters):
            merged.pop("sort", None)
        data = QueryDict(mutable=True)
        data.update(merged)
        return f"?{data.urlencode()}"

    def path(self, request: HttpRequest, **changes: str | None) -> str:
        """The same as a whole address, to go to."""
        return (escape_uri_path(request.path) + self.address(**changes)).rstrip("?")

    def sort_name(self, sort: Sort, down: bool) -> str | None:
        if sort == self.sorts[0] and down == sort.down:
            return None
        return f"-{sort.code}" if down else sort.code

    def heading(self, code: str) -> tuple[str, str] | None:
        """How the list is sorted by that (``descending``, ``ascending`` or not at all), and the address that
        sorts it by that or turns it round; None where it cannot be sorted so.
        """
        for sort in self.sorts:
            if sort.code == code:
                here = sort == self.sort
                name = self.sort_name(sort, not self.down if here else sort.down)
                way = ("descending" if self.down else "ascending") if here else ""
                return way, self.address(sort=name)
        return None


@dataclass(frozen=True)
class Page:
    """Keys of the rows, and where it goes on: addresses, None where there is nothing more."""

    asked: Asked
    keys: Sequence[Key]
    before: str | None
    after: str | None

    @classmethod
    def empty(cls, asked: Asked) -> "Page":
        return cls(asked, [], None, None)

    @property
    def first(self) -> bool:
        return not self.asked.past

    @property
    def words(self) -> Words:
        return self.asked.sort.words[self.asked.down]

    @property
    def beginning(self) -> str:
        return self.asked.address()


async def turn(asked: Asked, read: Read) -> Page | None:
    """The page that is asked for; None where going back has come to the beginning, which has an address."""
    if asked.backwards:
        keys = await read(asked.past, not asked.down, PAGE + 1)
        if len(keys) <= PAGE:
            return None
        keys = keys[PAGE - 1 :: -1]
        return Page(asked, keys, _cursor(asked, "before", keys[0]), _cursor(asked, "after", keys[-1]))
    keys = await read(asked.past, asked.down, PAGE + 1)
    shown = keys[:PAGE]
    before = _cursor(asked, "before", shown[0]) if asked.past and shown else None
    return Page(asked, shown, before, _cursor(asked, "after", shown[-1]) if len(keys) > PAGE else None)


def _cursor(asked: Asked, name: str, key: Key) -> str:
    parts = (part.isoformat() if isinstance(part, datetime) else str(part) for part in key)
    return asked.address(**{name: "~".join(parts)})


def tidy(request: HttpRequest, asked: Asked) -> str | None:
    """Where to go instead: to the address without what is dropped and the fields a form was sent with empty;
    None where nothing is to leave out.
    """
    if asked.dropped:
        return asked.path(request)
    known = request.GET.keys() <= asked.params.keys() | PLACE
    if known and all(str(value).strip() for value in request.GET.values()):
        return None
    return asked.path(request, before=param(request, "before"), after=param(request, "after"))
