"""Bars of money: what is disbursed, committed, pledged and not covered, all groups on one scale."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from projects.models.money import NOTHING

from .sums import Sums
from .tables import Row

MOST_BARS = 15


class Piece(NamedTuple):
    """A part of a bar: style, where it begins and how wide it is, in % of the longest bar."""

    kind: str
    start: float
    width: float


class Bar(NamedTuple):
    """One group."""

    label: str
    address: str
    pieces: list[Piece]


def bars(rows: Sequence[Row]) -> list[Bar]:
    """The bars of the largest groups, in their order; none without any money."""
    shown = [(*row["group"], _amounts(row["sums"])) for row in rows[:MOST_BARS]]
    longest = max((sum(amounts.values(), NOTHING) for _label, _address, amounts in shown), default=NOTHING)
    if not longest:
        return []
    return [Bar(label, address, _pieces(amounts, longest)) for label, address, amounts in shown]


def _amounts(sums: Sums) -> dict[str, Decimal]:
    """The sums cut into pieces that do not overlap, in the order of how sure the money is."""
    return {
        "disbursed": sums.disbursed,
        "committed": sums.committed - sums.disbursed,
        "pledged": sums.pledged - sums.committed,
        "missing": max(sums.budget - sums.pledged, NOTHING),
    }


def _pieces(amounts: dict[str, Decimal], longest: Decimal) -> list[Piece]:
    pieces, start = [], 0.0
    for kind, amount in amounts.items():
        width = float(100 * amount / longest)
        if width:
            pieces.append(Piece(kind, start, width))
        start += width
    return pieces
