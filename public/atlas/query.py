"""What a visitor asks of the map of everything, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.filters import DirectoryQuery

LAYERS = {
    "members": _("Member cities"),
    "projects": _("Projects"),
    "businesses": _("Businesses"),
    "financial-partners": _("Financial partners"),
    "events": _("Events"),
    "partnerships": _("Partnerships"),
    "twinnings": _("Twin cities"),
    "cities": _("All cities"),
}
"""What the map can show: code to label, in the order shown."""

SINGLE = {
    "members": _("Member city"),
    "projects": pgettext_lazy("kind of page", "Project"),
    "businesses": pgettext_lazy("kind of page", "Business"),
    "financial-partners": pgettext_lazy("kind of page", "Financial partner"),
    "events": pgettext_lazy("kind of page", "Event"),
    "partnerships": pgettext_lazy("kind of page", "Partnership"),
    "twinnings": _("Twin cities"),
    "cities": pgettext_lazy("kind of page", "City"),
}
"""What one of each is called."""

AT_FIRST = ("members", "projects", "events", "partnerships")
"""What it shows where nothing is chosen."""


@dataclass(frozen=True)
class AtlasQuery(DirectoryQuery):
    """One state of the map: which layers, of which country and topic, which part."""

    FACETS: ClassVar[Mapping[str, Any]] = {
        "layer": _("Show"),
        "country": _("Country"),
        "topic": _("Topic"),
    }

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        asked = cls.from_querydict(data, sorts=(), views=())
        layers = [code for code in LAYERS if code in asked.chosen.get("layer", ())]
        chosen = {
            "layer": layers if set(layers) != set(AT_FIRST) else (),
            "country": asked.country[:1],
            "topic": asked.topic[:1],
        }
        kept = {name: tuple(codes) for name, codes in chosen.items() if codes}
        return cls(chosen=kept, bounds=asked.bounds, page=asked.page)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers to show."""
        return self.chosen.get("layer") or AT_FIRST

    @property
    def country(self) -> tuple[str, ...]:
        """The code of the country to show; empty for all."""
        return self.chosen.get("country", ())

    @property
    def topic(self) -> tuple[str, ...]:
        """The code of the topic to show, where a layer is divided by topics; empty for all."""
        return self.chosen.get("topic", ())
