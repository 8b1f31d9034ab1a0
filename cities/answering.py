"""How every directory answers: a page, or the block of results that htmx asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import mark_safe

from .facets import Rows
from .filters import DirectoryQuery
from .frame import framed
from .listing import Chip
from .page_cache import is_anonymous, wants_block
from .result_map import ResultMap
from .saved.directories import saving_address
from .selection import Selectable, Selection


class FoundRows(Protocol):
    """What a search found."""

    @property
    def rows(self) -> Rows:
        """The rows of the directory, the best first."""


Copy = TypeVar("Copy", bound=Selectable)
Found = TypeVar("Found", bound=FoundRows)


@dataclass(frozen=True)
class DirectoryKind(Generic[Copy, Found]):
    """A directory of something: how it is read, searched, shown and exported.

    folder: of its templates results.html and directory.html. code: the name of its address, by which its
    searches are saved. title, filtered: the page's title, and that for some `filters`. sorts, views: what
    readers choose of, codes to labels. results: the context of results.html but for these, with `query`,
    `summary` and `chips`.
    """

    folder: str
    code: str
    title: Promise
    filtered: Promise
    sorts: Mapping[str, Promise]
    views: Mapping[str, Promise]
    current: Callable[[], Copy]
    read: Callable[[QueryDict], DirectoryQuery]
    find: Callable[[str, Copy], Found]
    results: Callable[[Copy, Selection, Found | None], Mapping[str, Any]]
    csv: Callable[[Copy, Selection], HttpResponseBase]
    json: Callable[[Copy, Selection], HttpResponseBase]
    map: Callable[[Copy, Selection], ResultMap]

    def select(self, data: QueryDict) -> tuple[Copy, Selection, Found | None]:
        """The copy at hand, what a query string lists of it, and what its search found."""
        at_hand, query = self.current(), self.read(data)
        found = self.find(query.q, at_hand) if query.q else None
        return at_hand, at_hand.select(query, found.rows if found else None), found

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """A page, the block htmx asks for, or everything listed as CSV, JSON or clusters of a map."""
        at_hand, selection, found = self.select(request.GET)
        query = selection.query
        match request.GET.get("format"):
            case "csv":
                return self.csv(at_hand, selection)
            case "json":
                return self.json(at_hand, selection)
            case "clusters":
                return JsonResponse(self.map(at_hand, selection).live(request.GET.get("width", "")))
        context = {
            **self.results(at_hand, selection, found),
            "sorts": self.sorts,
            "views": self.views,
            "saving": saving_address(self.code, query),
        }
        page = {"title": self._titled(context["chips"])}
        block = (f"{self.folder}/results.html", context)
        return directory_answer(request, block, (f"{self.folder}/directory.html", page))

    def _titled(self, chips: list[Chip]) -> str:
        """The page's title: what the filters let through."""
        if not chips:
            return str(self.title)
        return str(self.filtered) % {"filters": ", ".join(chip.label for chip in chips)}


def directory_answer(
    request: HttpRequest,
    block: tuple[str, Mapping[str, Any]],
    page: tuple[str, Mapping[str, Any]],
    *,
    in_frame: bool = True,
) -> HttpResponse:
    """The page with its block of results, or the block alone; both are given as template and context.

    The block's context has the `query` and the `summary`; the page gets these and the block as `results`.
    With `in_frame`, anonymous visitors get the page from its frame: see `frame` for what it may do then.
    """
    template, found = block
    query, is_block = found["query"], wants_block(request)
    results = render_to_string(template, {**found, "is_block": is_block}, using="jinja2")
    if is_block:
        pushed = request.path + (f"?{query.query_string}" if query.query_string else "")
        return HttpResponse(results, headers={"HX-Push-Url": pushed})
    template, around = page
    context = {
        "q": query.q,
        "summary": found["summary"],
        "results": mark_safe(results),  # noqa: S308 - rendered above, escaped there
        **around,
    }
    if in_frame and is_anonymous(request):
        return HttpResponse(framed(request, template, context))
    return render(request, template, context)
