"""Lists that stay quick on long tables: by key, without a count, found by what an index finds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from console.admin.cells import Cell

PAGE = 100


class ByKey(ChangeList):
    """A page of rows along their key. The next one begins after its last row: nothing is counted."""

    model_admin: "Listed"

    def get_filters_params(self, params: Any = None) -> Any:
        """What is asked for. Raises IncorrectLookupParameters for a NUL, which no text column can hold."""
        asked = super().get_filters_params(params)
        if any("\x00" in value for values in asked.values() for value in values):
            raise IncorrectLookupParameters
        return asked

    def get_results(self, request: HttpRequest) -> None:
        rows = list(self.queryset[: self.list_per_page + 1])
        shown = rows[: self.list_per_page]
        field, after = self.model_admin.key()
        beyond = {after: getattr(shown[-1], field)} if len(rows) > len(shown) else None
        self.next_page = self.get_query_string(beyond) if beyond else None
        self.first_page = self.get_query_string(remove=[after]) if after in self.params else None
        self.result_list = shown
        self.result_count = self.full_result_count = len(shown)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(shown)
        self.paginator = Paginator(shown, self.list_per_page)


class Listed(ModelAdmin):
    """A model whose list may be long. Nothing is ever deleted here."""

    #: The key the list runs along, unique and indexed, with its direction.
    ordering = ("-id",)
    #: Field → what a search term must be to be looked for in it; each is the front of an index.
    found_by: Mapping[str, Callable[[str], Any]] = {}
    #: Fields an address may ask for by their value, besides the list's filters; each has an index, too.
    asked_by: Sequence[str] = ()
    #: What the list shows of a row, and what the row's own page shows besides.
    columns: Sequence[Cell] = ()
    more: Sequence[Cell] = ()
    list_per_page = PAGE
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    change_list_template = "admin/by_key.html"

    def key(self) -> tuple[str, str]:
        """The key's field, and the lookup for what comes after one of its values."""
        name = self.ordering[0]
        return (name[1:], f"{name[1:]}__lt") if name.startswith("-") else (name, f"{name}__gt")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ByKey

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.columns

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.columns, *self.more]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [field for field in self.get_fields(request, obj) if callable(field)]

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return tuple(self.found_by)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows found by a whole key; a term that can be none of the keys finds nothing."""
        if not search_term:
            return queryset, False
        wanted = Q()
        for field, parse in self.found_by.items():
            try:
                wanted |= Q(**{field: parse(search_term.strip())})
            except ValueError:
                continue
        return (queryset.filter(wanted) if wanted else queryset.none()), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """An address asks for what an index finds, and guesses at nothing else: digests, password hashes."""
        filters = {getattr(one, "parameter_name", one) for one in self.list_filter}
        filtered = {name for one in filters for name in (one, f"{one}__exact")}
        return lookup in {self.key()[1], *self.asked_by, *filtered}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row of this key, None where there is none: a NUL is in no key."""
        return None if "\x00" in object_id else super().get_object(request, object_id, from_field)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Listed):
    """What the engine, the ledger or the audit owns: anybody may look who holds ``seen_with``."""

    seen_with: str
    actions = None
    change_form_template = "admin/read_only.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.seen_with)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Nobody changes these rows here; what was done about them is in the audit."""
        raise Http404


def uuid(term: str) -> UUID:
    return UUID(term)


def number(term: str) -> int:
    """A bigint, written with or without the ``#`` of an order's number. Raises ValueError."""
    value = int(term.removeprefix("#"))
    if not -(2**63) <= value < 2**63:
        raise ValueError("no bigint")
    return value


def words(term: str) -> str:
    """Any text a column can hold. Raises ValueError."""
    if "\x00" in term:
        raise ValueError("no text column holds a NUL")
    return term
