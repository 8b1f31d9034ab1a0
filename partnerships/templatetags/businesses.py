"""Businesses on pages of other apps."""

from typing import Any

import numpy as np
from django import template

from cities.models import City
from partnerships.businesses import directory
from partnerships.businesses.listing import cards

register = template.Library()

MOST = 6


@register.inclusion_tag("businesses/of_city.html")
def city_businesses(city: City) -> dict[str, Any]:
    """The businesses of a city, those lately updated first: `{% city_businesses city %}`."""
    at_hand = directory.current()
    at_city, code = at_hand.at_city, str(city.pk)
    if code not in at_city.place:
        return {"city": city, "total": 0}
    rows = np.flatnonzero(at_city.sets == at_city.place[code])
    return {"city": city, "total": len(rows), "businesses": cards(at_hand, rows[:MOST])}
