"""Businesses on pages of other apps."""

from typing import Any

import numpy as np
from django import template

from cities.models import City
from partnerships.businesses import directory
from partnerships.businesses.listing import cards
from partnerships.businesses.proposals import proposals
from partnerships.businesses.ranking import ranking
from partnerships.matching.trade import WEIGHTS
from partnerships.models import BusinessMatch, Organisation

register = template.Library()

MOST = 6


@register.inclusion_tag("businesses/of_city.html")
def city_businesses(city: City) -> dict[str, Any]:
    """The businesses of a city, those lately updated first: `{% city_businesses city %}`."""
    at_hand = directory.current()
    rows = np.flatnonzero(at_hand.city == at_hand.cities.reference.rows_of(city.pk))
    return {"city": city, "total": len(rows), "businesses": cards(at_hand, rows[:MOST])}


@register.inclusion_tag("businesses/best_matches.html")
def business_matches(business: Organisation, most: int = 3) -> dict[str, Any]:
    """The best stored partners of a business, with reasons: `{% business_matches business %}`.

    Before the first run the best are ranked at once. Nothing for a business that is not public.
    """
    at_hand = directory.current()
    [row] = at_hand.rows_of([business.pk]).tolist()
    if row < 0:
        return {"business": business}
    stored = BusinessMatch.objects.filter(business=business).order_by("rank")[:most]
    rows = at_hand.rows_of(list(stored.values_list("partner_id", flat=True)))
    ranked = ranking(at_hand, row, WEIGHTS)
    shown = rows[rows >= 0] if len(rows) else ranked.rows[:most]
    return {"business": business, "is_public": True, "proposals": proposals(at_hand, ranked, shown)}
