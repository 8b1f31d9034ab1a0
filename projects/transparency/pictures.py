"""Bars of money: what is disbursed, committed, pledged and not covered, all groups on one scale."""

from collections.abc import Sequence
from typing import NamedTuple

from projects.models.money import NOTHING, Money
from projects.shares import Share, pieces, shares_of
from projects.tables import Row

from .sums import Sums

MOST_BARS = 15


class Bar(NamedTuple):
    """One group."""

    label: str
    address: str
    pieces: list[Share]


def bars(rows: Sequence[Row]) -> list[Bar]:
    """The bars of the largest groups, in their order; none without any money."""
    shown = [(*row["group"], _money(row["sums"])) for row in rows[:MOST_BARS]]
    longest = max(
        (sum(pieces(money).values(), NOTHING) for _label, _address, money in shown), default=NOTHING
    )
    if not longest:
        return []
    return [Bar(label, address, shares_of(money, longest)) for label, address, money in shown]


def _money(sums: Sums) -> Money:
    return Money(sums.budget, sums.pledged, sums.committed, sums.disbursed)
