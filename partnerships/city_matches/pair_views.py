"""Pages that compare any two cities."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from accounts.models import User
from cities import directory
from cities.facets import Rows
from cities.filters import search_text
from cities.listing import cards
from cities.models import City, Mayor
from cities.page_cache import public_page
from cities.search import called, search, suggestions
from partnerships.weights.in_force import current_weights

from .emphasis import CHOICES, Emphasis
from .pairs import compared
from .proposals import pair_url
from .reasons import label
from .views import city_at

MOST_CHOICES = 12


@login_not_required
@public_page
def city_pair(
    request: HttpRequest, country: str, slug: str, other_country: str, other_slug: str
) -> HttpResponseBase:
    """Two cities compared: the score of the pair part by part, its place for either, and the facts."""
    address = country, slug, other_country, other_slug
    if address != (lower := tuple(part.lower() for part in address)):
        return redirect("city-pair", *lower, permanent=True)
    at_hand = directory.current()
    city, row = city_at(at_hand, country, slug)
    other, other_row = city_at(at_hand, other_country, other_slug)
    if row == other_row:
        raise Http404
    emphasis = Emphasis.read(request.GET)
    context = {
        "city": city,
        "pair": compared(at_hand, (city, other), (row, other_row), emphasis),
        "emphasis": emphasis,
        "changed": [(label(code), CHOICES[choice]) for code, choice in emphasis.choices.items()],
        "leaves_nothing": emphasis.leaves_nothing(current_weights()),
        "mine": _mine(request, [city, other]),
    }
    return render(request, "partnerships/pair.html", context)


def _mine(request: HttpRequest, cities: list[City]) -> set[int]:
    """Which of these cities the visitor represents."""
    if not request.user.is_authenticated:
        return set()
    mayors = Mayor.objects.approved().filter(user=User.signed_in(request), city__in=cities)
    return set(mayors.values_list("city_id", flat=True))


@login_not_required
@public_page
def compare(request: HttpRequest, country: str, slug: str) -> HttpResponseBase:
    """Find a city by its name and go to its comparison with this one; choose where several have the name."""
    if (country, slug) != (country.lower(), slug.lower()):
        return redirect("city-compare", country.lower(), slug.lower(), permanent=True)
    at_hand = directory.current()
    city, row = city_at(at_hand, country, slug)
    emphasis, q = Emphasis.read(request.GET), search_text(request.GET)
    if not q:
        return _choices(request, city, emphasis, q)
    found = search(q, at_hand.reference)
    rows, exact = _others(found.rows, row), _others(called(found.key, at_hand.reference), row)
    if len(only := exact if len(exact) else rows) == 1:
        return redirect(pair_url(at_hand, row, int(only[0])) + emphasis.query_string)
    context = {
        "choices": [
            (card, pair_url(at_hand, row, card.row) + emphasis.query_string)
            for card in cards(
                at_hand, rows[:MOST_CHOICES], found.names(at_hand.reference, rows[:MOST_CHOICES])
            )
        ],
        "more": max(0, len(rows) - MOST_CHOICES),
        "is_itself": len(found.rows) > len(rows),
        "suggestions": [] if len(found.rows) else _similar(found.key, emphasis),
    }
    return _choices(request, city, emphasis, q, **context)


def _choices(request: HttpRequest, city: City, emphasis: Emphasis, q: str, **context: object) -> HttpResponse:
    return render(
        request, "partnerships/compare.html", {"city": city, "q": q, "emphasis": emphasis, **context}
    )


def _similar(key: str, emphasis: Emphasis) -> list[tuple[str, str]]:
    """Names like a key, each with the address of the search for it."""
    return [(name, f"?{urlencode([('q', name), *emphasis.pairs()])}") for name in suggestions(key)]


def _others(rows: Rows, row: int) -> Rows:
    return rows[rows != row]
