"""Financial partners on pages of other apps."""

from typing import Any

from django import template

from cities import directory as all_cities
from cities.models import City
from partnerships.finance import directory
from partnerships.finance.fitting import fitting
from partnerships.finance.listing import cards

register = template.Library()

MOST = 6


@register.inclusion_tag("finance/for_city.html")
def city_funders(city: City) -> dict[str, Any]:
    """The financial partners that fit a city, the best first: `{% city_funders city %}`."""
    at_hand, cities = directory.current(), all_cities.current()
    row = int(cities.reference.rows_of(city.pk))
    if row < 0:
        return {"total": 0}
    query, rows = fitting(at_hand, cities, row)
    return {
        "total": len(rows),
        "partners": cards(at_hand, rows[:MOST]),
        "query": query,
        "has_needs": bool(query.chosen.get("topic")),
    }
