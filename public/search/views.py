"""The search for everything: its page, and what it suggests while one types."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cities.filters import search_text
from public.kinds import KINDS

from .finding import Group, Search

SHOWN = 4  # hits of a kind, where all kinds are listed
A_PAGE = 20  # where one is
SHORTEST_SUGGESTED = 2  # letters: with one, anything may be meant


@login_not_required
@require_safe
def search_all(request: HttpRequest) -> HttpResponse:
    """What is found of every kind, or of one."""
    text = search_text(request.GET)
    found = Search(text)
    groups = found.groups
    chosen = next((group for group in groups if group.kind.code == request.GET.get("kind")), None)
    context = {
        "q": text,
        "kinds": KINDS,
        "groups": groups,
        "total": sum(group.total for group in groups),
        "everything": urlencode({"q": text}),
        "chosen": chosen,
        **(_of_one_kind(request, found, chosen) if chosen else {"found": _of_all_kinds(found)}),
    }
    return render(request, "search/search.html", context)


def _of_all_kinds(found: Search) -> list[tuple[Group, list[Any]]]:
    """Each group with its best hits."""
    best = {group.kind.code: group.matches[:SHOWN] for group in found.groups}
    hits = found.hits([match for matches in best.values() for match in matches])
    return [(group, [hit for hit in hits if hit.kind == group.kind]) for group in found.groups]


def _of_one_kind(request: HttpRequest, found: Search, chosen: Group) -> dict[str, Any]:
    page = Paginator(chosen.matches, A_PAGE).get_page(request.GET.get("page"))
    query = urlencode({"q": found.text, "kind": chosen.kind.code})
    return {"page": page, "hits": found.hits(list(page)), "query": query}


@login_not_required
@require_safe
@cache_control(no_cache=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    """The best hits by their names, as options of a list; none for what is too short."""
    text = search_text(request.GET)
    hits = Search(text, is_being_typed=True).suggestions() if len(text) >= SHORTEST_SUGGESTED else []
    return render(request, "search/suggestions.html", {"hits": hits})
