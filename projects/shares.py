"""Money as pieces of a bar: what is disbursed, committed, pledged and covered by nobody."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models.money import NOTHING, Money

LABELS = {
    "disbursed": _("Disbursed"),
    "committed": _("Committed, not yet disbursed"),
    "pledged": _("Pledged, not yet committed"),
    "missing": _("Not covered by anybody"),
}
"""The pieces with their labels, in the order of how sure the money is."""


@dataclass(frozen=True)
class Share:
    """A piece of a bar: style, label, amount, where it begins and how wide it is in %."""

    kind: str
    label: Promise
    amount: Decimal
    start: float
    width: float


def pieces(money: Money) -> dict[str, Decimal]:
    """The money cut into pieces that do not overlap, by the names of LABELS."""
    return {
        "disbursed": money.disbursed,
        "committed": money.to_be_paid,
        "pledged": money.promised,
        "missing": max((money.budget or NOTHING) - money.pledged, NOTHING),
    }


def shares_of(money: Money, whole: Decimal | None = None) -> list[Share]:
    """The pieces one after the other, in % of `whole` or else of them all; empty without any money."""
    amounts = pieces(money)
    whole = whole or sum(amounts.values(), NOTHING)
    shares, start = [], 0.0
    for kind, amount in amounts.items():
        if amount:
            width = float(100 * amount / whole)
            shares.append(Share(kind, LABELS[kind], amount, start, width))
            start += width
    return shares
