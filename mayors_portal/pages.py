"""Pages that belong to no app."""

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cities import directory, pictures
from cities.directory import Directory
from cities.models import City
from cities.page_cache import public_page
from partnerships.models import CityMatch, MatchRun


@login_not_required
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What the portal is, for whom, live figures, a map of members and ties, ways in."""
    at_hand = directory.current()
    context = {
        "figures": figures(at_hand),
        "map": pictures.members_map(at_hand),
        "example": best_matched_member("UA"),
    }
    return render(request, "home.html", context)


def best_matched_member(country: str) -> City | None:
    """The member city of a country whose first proposal has the highest score; None before the first run."""
    members = City.objects.members().filter(country=country)
    best = CityMatch.objects.filter(rank=1, city__in=members).select_related("city__country")
    match = best.order_by("-score").first()
    return match.city if match else None


def figures(at_hand: Directory) -> list[tuple[str, int]]:
    """What the portal holds now, as labels and numbers."""
    run = MatchRun.objects.filter(state=MatchRun.State.DONE).first()
    return [
        (_("cities in the directory"), len(at_hand.reference)),
        (_("countries"), int(np.count_nonzero(at_hand.reference.country.totals))),
        (_("member cities"), int(np.count_nonzero(at_hand.statements.member.sets == 0))),
        (_("twinnings on record"), int(at_hand.ties.count.sum()) // 2),
        (_("partners proposed"), run.matches if run else 0),
    ]
