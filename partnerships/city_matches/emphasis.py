"""What matters to a reader: components that count more or less than usual, read from the query string.

Only what differs from the usual is written to an address, so that equal choices have one address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnerships.matching.components import COMPONENTS
from partnerships.weights.in_force import Weights

PREFIX = "w_"  # of parameters: "w_distance=2"
USUAL = "1"
CHOICES = {
    "0": _("not at all"),
    "0.5": _("less"),
    USUAL: _("as usual"),
    "2": _("more"),
    "4": _("much more"),
}
"""By what the weight in force of a component is multiplied, and how readers see it."""

CODES = tuple(component.code for component in COMPONENTS)
MOST_MISREAD = 5
LONGEST_MISREAD = 40


@dataclass(frozen=True)
class Emphasis:
    """A reader's choices by component; those left as usual are absent.

    misread: parameters that look like choices and are none, as they were given. codes: the components that
    can be chosen among, in their order.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    misread: tuple[str, ...] = ()
    codes: tuple[str, ...] = CODES

    @classmethod
    def read(cls, data: QueryDict, codes: tuple[str, ...] = CODES) -> Emphasis:
        """Read a query string. Whatever makes no sense is left as usual; nothing raises."""
        given = {
            name.removeprefix(PREFIX): str(value) for name, value in data.items() if name.startswith(PREFIX)
        }
        misread = [
            f"{PREFIX}{code}={value}"[:LONGEST_MISREAD]
            for code, value in given.items()
            if code not in codes or value not in CHOICES
        ]
        return cls.of_choices(given, tuple(misread[:MOST_MISREAD]), codes)

    @classmethod
    def of_choices(
        cls, given: Mapping[str, str], misread: tuple[str, ...] = (), codes: tuple[str, ...] = CODES
    ) -> Emphasis:
        """These choices, but for those that are as usual or mean nothing."""
        chosen = {code: given[code] for code in codes if given.get(code, USUAL) in CHOICES.keys() - {USUAL}}
        return cls(chosen, misread, codes)

    def __bool__(self) -> bool:
        return bool(self.choices)

    def of(self, code: str) -> str:
        """The choice for a component."""
        return self.choices.get(code, USUAL)

    def without(self, code: str) -> Emphasis:
        """The same with one component as usual."""
        return self.of_choices({**self.choices, code: USUAL}, codes=self.codes)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The choices as parameters of a query string."""
        yield from ((f"{PREFIX}{code}", choice) for code, choice in self.choices.items())

    @property
    def query_string(self) -> str:
        """The choices with "?" before them; empty when all is as usual."""
        return f"?{urlencode(list(self.pairs()))}" if self else ""

    def weights(self, usual: Weights) -> Weights:
        """The weights by these choices, summing to 1; the usual ones where nothing would be left of them."""
        changed = self._multiplied(usual)
        return changed / changed.sum() if self and changed.sum() > 0 else usual

    def leaves_nothing(self, usual: Weights) -> bool:
        """Whether everything that has a weight is to count not at all."""
        return bool(self._multiplied(usual).sum() <= 0)

    def _multiplied(self, usual: Weights) -> Weights:
        return usual * np.array([float(self.of(code)) for code in self.codes])


@dataclass(frozen=True)
class Preset:
    """Choices that many readers may want, made with one click."""

    label: str | Promise
    emphasis: Emphasis


def presets(
    given: Iterable[tuple[str | Promise, Mapping[str, str]]], codes: tuple[str, ...] = CODES
) -> tuple[Preset, ...]:
    """Presets of the components that there are; one that would change nothing is left out."""
    made = (Preset(label, Emphasis.of_choices(choices, codes=codes)) for label, choices in given)
    return tuple(preset for preset in made if preset.emphasis)


PRESETS = presets(
    [
        (_("Needs and offers"), {"needs": "4"}),
        (_("Closer"), {"distance": "4"}),
        (_("Same size"), {"size": "4", "place": "2"}),
        (_("Shared language"), {"language": "4"}),
        (_("Partners in common"), {"closeness": "4"}),
        (_("Little-known cities too"), {"prominence": "0"}),
    ]
)
