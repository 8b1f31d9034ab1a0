"""The one rule of what a strong match is.

It stands among the PLACES best of its list and has the least score of its kind, as scores of the kinds lie
differently. In the demonstration 81 of 600 places of member cities have it and 370 of 3,220 of businesses;
for projects 66 of 385 of businesses, and 235 of 266 of financial partners, of whom few are proposed at all.
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
