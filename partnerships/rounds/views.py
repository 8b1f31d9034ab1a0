"""Public pages of matching rounds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cities import directory
from cities.directory import Directory
from cities.filters import search_text
from cities.page_cache import public_page
from cities.search import search
from partnerships.city_matches.proposals import explained, pair_url
from partnerships.city_matches.reasons import reasons
from partnerships.models import MatchingRound, RoundPair
from partnerships.scoring import profiles
from partnerships.scoring.project_topics import told_of
from partnerships.weights.in_force import current_weights

from . import exports

PAIRS_A_PAGE = 60
MOST_REASONS = 2


@dataclass(frozen=True)
class ShownPair:
    """A pair as pages show it: with why, and where the two are compared, as far as both are known."""

    pair: RoundPair
    reasons: list[str]
    pair_url: str = ""


@login_not_required
@public_page
def rounds(request: HttpRequest) -> HttpResponse:
    """The published rounds, newest first."""
    given = Count("pairs", filter=Q(pairs__is_excluded=False))
    found = MatchingRound.objects.published().annotate(pairs_given=given)
    return render(request, "partnerships/rounds.html", {"rounds": found})


@login_not_required
@public_page
def matching_round(request: HttpRequest, number: int) -> HttpResponse:
    """The pairs of a published round, searched by a city's name; also as a file."""
    found = get_object_or_404(MatchingRound.objects.published(), pk=number)
    at_hand = directory.current()
    q = search_text(request.GET)
    pairs = named(at_hand, found.proposed, q)
    if request.GET.get("format") == "csv":
        return exports.csv_response(found, pairs)
    page = Paginator(pairs, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": found,
        "q": q,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "pairs": shown(at_hand, page.object_list),
    }
    return render(request, "partnerships/round.html", context)


def named(at_hand: Directory, pairs: QuerySet[RoundPair], q: str) -> QuerySet[RoundPair]:
    """The pairs of which one city has a name like this, in any language; all without a name."""
    if not q:
        return pairs
    ids = at_hand.reference.ids[search(q, at_hand.reference).rows].tolist()
    return pairs.filter(Q(city__in=ids) | Q(partner__in=ids))


def shown(at_hand: Directory, pairs: Iterable[RoundPair]) -> list[ShownPair]:
    """Pairs with the reasons that speak most for them, as the data are now."""
    arrays, weights = profiles.current(), current_weights()
    made = []
    for pair in pairs:
        try:
            rows = arrays.row_of(pair.city_id), arrays.row_of(pair.partner_id)
        except KeyError:  # a city that is newer than the copy in memory
            made.append(ShownPair(pair, []))
            continue
        found = explained(arrays, *rows, weights)
        names = (pair.city.display_name, pair.partner.display_name)
        city, partner = at_hand.reference.rows_of([pair.city_id, pair.partner_id]).tolist()
        one, other = told_of(at_hand, (pair.city_id, pair.partner_id))
        why = reasons(at_hand, names, (one, other), found, MOST_REASONS)
        made.append(ShownPair(pair, why, pair_url(at_hand, city, partner)))
    return made
