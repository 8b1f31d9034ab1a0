"""Accepted expressions of interest of two cities as ties, for the backtest to learn from."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from django.db.models import Q, QuerySet

from cities.exports import cell

from .models import Interest

COLUMNS = [f"{what}_{end}" for end in ("a", "b") for what in ("geonameid", "name", "country")] + ["since"]


def accepted() -> QuerySet[Interest]:
    """Those of two cities that were accepted, the first one first."""
    both = Interest.objects.named().filter(sender__city__isnull=False, receiver__city__isnull=False)
    return both.filter(state=Interest.State.ACCEPTED).order_by("answered_at", "pk")


def invented() -> Q:
    """Where either city is one of the demonstration: nothing is to be learnt from it."""
    return Q(sender__city__profile__is_demonstration=True) | Q(receiver__city__profile__is_demonstration=True)


def write_ties(file: IO[str], ties: Iterable[Interest]) -> int:
    """Write each pair of cities once, in the columns that `import_twinnings` reads; how many."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = set()
    for tie in ties:
        ends = sorted((tie.sender.home, tie.receiver.home), key=lambda city: city.pk)
        pair = tuple(city.pk for city in ends)
        if pair not in written:
            written.add(pair)
            cells = [cell(value) for city in ends for value in (city.pk, city.name, city.country_id)]
            writer.writerow([*cells, tie.answered_at.year if tie.answered_at else ""])
    return len(written)
