"""The page that says how partners are found."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cities import directory
from cities.page_cache import public_page
from partnerships.businesses import reasons as trade_reasons
from partnerships.matching import trade
from partnerships.matching.components import COMPONENTS
from partnerships.matching.points import rounded_to
from partnerships.measuring.quality import quality
from partnerships.project_matches.words import compared
from partnerships.weights.in_force import current_weights, given_weights

from .reasons import label, meaning

TENTHS = 1000  # of a percent, in all


@login_not_required
@public_page
def about_matching(request: HttpRequest) -> HttpResponse:
    """What is compared and how much it counts, how a score reads, and what the matcher does not know."""
    weights = rounded_to(TENTHS, (TENTHS * current_weights()).tolist())
    context = {
        "components": [
            (label(component.code), meaning(component), weight / 10, component.source)
            for component, weight in zip(COMPONENTS, weights, strict=True)
        ],
        "of_businesses": [
            (trade_reasons.label(one.code), trade_reasons.MEANINGS[one.code], 100 * one.weight, one.source)
            for one in trade.COMPONENTS
        ],
        "of_projects": compared(),
        "quality": quality(),
        "cities": len(directory.current().reference),
        "are_weights_given": bool(given_weights()),
        "limit": settings.EXPOSURE_LIMIT,
    }
    return render(request, "partnerships/about_matching.html", context)
