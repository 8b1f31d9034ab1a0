"""The one rule of what a strong match is.

It stands among the PLACES best of its list, and has LEAST of its kind: scores of the kinds lie differently.
In the demonstration about one in ten of the first ten of a city reaches it, and one in four of a business.
"""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

PLACES = 10
CITIES, BUSINESSES, PROJECTS = 0.5, 0.6, 0.7
"""The least score of two cities, of two businesses, and of a project and who could help it."""

RULE = format_lazy(
    _(
        "Strong is what stands among the {places} best of a list and has at least {cities} of 100 "
        "(two cities), {businesses} (two businesses) or {projects} (a project and who could help it)."
    ),
    places=PLACES,
    cities=round(100 * CITIES),
    businesses=round(100 * BUSINESSES),
    projects=round(100 * PROJECTS),
)
"""The rule as people read it."""
