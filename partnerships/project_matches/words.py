"""What is compared of projects and of those who could help, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from partnerships.matching.components import Component
from partnerships.matching.projects import EXPERIENCE, FUNDERS, SUPPLIERS

NEAR = (_("Distance"), _("How near the two cities are to each other."))
COMPARED: Sequence[tuple[Any, Sequence[Component], Mapping[str, tuple[Any, Any]]]] = [
    (
        _("Cities that have done it"),
        EXPERIENCE,
        {
            "sector": (_("Sector"), _("Whether the city has done or is doing a project of the same sector.")),
            "budget": (_("Budget"), _("How near the two budgets are, in euros.")),
            "finished": (_("Finished"), _("Whether that project is finished or still being built.")),
            "offers": (
                _("Offers"),
                _("Whether the city offers help with the project’s topics."),
            ),
            "twinned": (_("Twin cities"), _("Whether the two cities are twinned.")),
            "distance": NEAR,
        },
    ),
    (
        _("Businesses that can deliver"),
        SUPPLIERS,
        {
            "activity": (
                _("Activity"),
                _("Whether its activity is asked for, or usual in the sector."),
            ),
            "texts": (
                _("What they write"),
                _("Whether what it writes that it does resembles the need."),
            ),
            "trade": (_("Offers"), _("Whether it offers the type of help that the need asks for.")),
            "cities": (_("Partner cities"), _("Whether its city is the project’s own or twinned with it.")),
            "language": (_("Languages"), _("Whether it works in a language of the project’s country.")),
            "distance": NEAR,
        },
    ),
    (
        _("Financial partners that fit"),
        FUNDERS,
        {
            "topics": (_("Topics"), _("Whether it finances the topics of the project’s needs and sectors.")),
            "sum": (_("Sum"), _("Whether what is missing is within what it gives one project.")),
            "instrument": (_("Instrument"), _("Whether it offers the kind of help that is looked for.")),
            "country": (_("Country"), _("Whether it says that it works in the project’s country.")),
            "call": (_("Calls"), _("Whether a call on such topics is open, or opens soon.")),
        },
    ),
]
"""For each kind of helper its name, the components, and their labels and meanings by code."""


def compared() -> list[tuple[str, str, list[tuple[str, str, float, str]]]]:
    """For each kind of helper an id, a name, what is compared: label, meaning, weight of 100, source."""
    return [
        (
            f"helpers-{number}",
            str(name),
            [
                (str(label), str(meaning), 100 * one.weight, one.source)
                for one in components
                for label, meaning in [words[one.code]]
            ],
        )
        for number, (name, components, words) in enumerate(COMPARED, 1)
    ]
