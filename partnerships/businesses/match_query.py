"""What a visitor asks of the possible partners of a business, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partnerships.city_matches.emphasis import Emphasis, presets

from .query import FACETS, BusinessQuery
from .reasons import CODES

BEST, NEAREST = "score", "distance"
SORTS = {
    BEST: _("best match first"),
    NEAREST: _("nearest first"),
    "updated": _("lately updated first"),
    "name": _("name, A to Z"),
    "size": _("largest first"),
}
VIEWS = {"cards": _("Cards"), "table": _("Table")}
TWINNED, PROPOSED, OTHER = "twinned", "proposed", "other"
TIES = {
    TWINNED: _("partner cities"),
    PROPOSED: _("cities proposed as partners"),
    OTHER: _("other cities"),
}
"""How the city of a possible partner stands to that of the business."""
EVERYWHERE = "all"
USUAL = Emphasis(codes=CODES)

PRESETS = presets(
    [
        (_("Offers and needs"), {"needs": "4"}),
        (_("Supplier or buyer"), {"supply": "4"}),
        (_("What is written"), {"texts": "4"}),
        (_("Partner cities"), {"cities": "4"}),
        (_("My markets"), {"markets": "4"}),
        (_("Closer"), {"distance": "4"}),
    ],
    CODES,
)


@dataclass(frozen=True)
class BusinessMatchQuery(BusinessQuery):
    """One state of the directory of possible partners of a business.

    everywhere: those of its own country too. misread: parameters that were given and mean nothing.
    """

    FACETS: ClassVar[Mapping[str, Any]] = {"tie": _("Their city and yours"), **FACETS}
    IN_ORDER: ClassVar[frozenset[str]] = frozenset({"size", "tie", "declaration"})

    emphasis: Emphasis = field(default=USUAL)
    everywhere: bool = False
    misread: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        emphasis = Emphasis.read(data, CODES)
        asked = cls.from_querydict(data, SORTS, VIEWS, BEST)
        return replace(
            asked,
            sort="" if asked.sort == BEST else asked.sort,  # the usual order needs no word in the address
            emphasis=emphasis,
            everywhere=data.get("scope") == EVERYWHERE,
            misread=emphasis.misread,
        )

    def _pairs(self) -> Iterable[tuple[str, str]]:
        yield from super()._pairs()
        if self.everywhere:
            yield "scope", EVERYWHERE
        yield from self.emphasis.pairs()

    def as_usual(self) -> Self:
        """This state in the usual order."""
        return self.but(emphasis=USUAL)
