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
    rows = np.flatnonzero(at_hand.city == at_hand.cities.reference.rows_of(city.pk))
    return {"city": city, "total": len(rows), "businesses": cards(at_hand, rows[:MOST])}
