"""What a visitor asks of the directory of possible partners, read from and written to the query string."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.directory import Directory
from cities.filters import LONGEST_VALUE, DirectoryQuery
from cities.listing import Chip
from partnerships.weights.in_force import Weights

from .emphasis import CHOICES, Emphasis, Preset
from .reasons import label

BEST, NEAREST = "score", "distance"
SORTS = {
    BEST: gettext_lazy("best match first"),
    NEAREST: gettext_lazy("nearest first"),
    "population": gettext_lazy("largest first"),
    "name": gettext_lazy("name, A to Z"),
}
VIEWS = {"cards": gettext_lazy("Cards"), "table": gettext_lazy("Table")}


@dataclass(frozen=True)
class MatchQuery(DirectoryQuery):
    """One state of the directory of possible partners.

    first: a topic whose offerers stand before all others; empty for none. misread: parameters that were
    given and mean nothing.
    """

    first: str = ""
    emphasis: Emphasis = field(default_factory=Emphasis)
    misread: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict, topics: Collection[str]) -> Self:
        """Read a query string. Whatever makes no sense is left out; nothing raises."""
        first, emphasis = data.get("first", ""), Emphasis.read(data)
        unknown = (f"first={first}"[:LONGEST_VALUE],) if first and first not in topics else ()
        asked = cls.from_querydict(data, SORTS, VIEWS, BEST)
        return replace(
            asked,
            sort="" if asked.sort == BEST else asked.sort,  # the usual order needs no word in the address
            first="" if unknown else first,
            emphasis=emphasis,
            misread=emphasis.misread + unknown,
        )

    def _pairs(self) -> Iterable[tuple[str, str]]:
        yield from super()._pairs()
        if self.first:
            yield "first", self.first
        yield from self.emphasis.pairs()

    def as_usual(self) -> Self:
        """This state in the usual order."""
        return self.but(first="", emphasis=Emphasis())


def weight_chips(query: DirectoryQuery, emphasis: Emphasis, label: Callable[[str], str]) -> list[Chip]:
    """What counts more or less than usual in a state with an emphasis, each with the state without it."""
    return [
        Chip(
            "weight",
            _("%(component)s: %(choice)s") % {"component": label(code), "choice": CHOICES[choice]},
            query.but(emphasis=emphasis.without(code)),
        )
        for code, choice in emphasis.choices.items()
    ]


def preset_links(
    query: DirectoryQuery, emphasis: Emphasis, presets: Iterable[Preset]
) -> list[tuple[str | Promise, str, bool]]:
    """Label and address of each preset, and whether it is chosen."""
    return [
        (preset.label, query.but(emphasis=preset.emphasis).url, emphasis == preset.emphasis)
        for preset in presets
    ]


def weighing(emphasis: Emphasis, weights: Weights, label: Callable[[str], str]) -> dict[str, Any]:
    """What the panel of weights needs: code, label, choice and share in percent of each component."""
    shares = zip(emphasis.codes, weights.tolist(), strict=True)
    return {
        "choices": CHOICES,
        "matters": [(code, label(code), emphasis.of(code), round(100 * share)) for code, share in shares],
    }


def order_chips(directory: Directory, query: MatchQuery) -> list[Chip]:
    """What changes the usual order, each with the state without it."""
    found = weight_chips(query, query.emphasis, label)
    if query.first:
        topic = directory.labels("offer")[query.first]
        found.insert(
            0, Chip("first", _("First who offers: %(topic)s") % {"topic": topic}, query.but(first=""))
        )
    return found
