"""Places among many, in words."""

from django.utils.translation import gettext as _

from cities.directory import reader_language
from cities.listing import grouped


def place_among(place: int, total: int) -> str:
    """ "12th of 94,310"."""
    return _("%(place)s of %(total)s") % {"place": ordinal(place), "total": grouped(total)}


def ordinal(number: int) -> str:
    """ "12th" in English; in Ukrainian, where the ending follows the noun, the number alone."""
    if reader_language() == "uk":
        return grouped(number)
    last_two = number % 100
    ending = "th" if 11 <= last_two <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{grouped(number)}{ending}"
