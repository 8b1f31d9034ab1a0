"""manage.py exposure: how evenly cities stand in top tens, with the spread and without it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from cities import directory
from cities.directory import Reference
from partnerships.matching.exposure import QUANTILES, Exposure, spread
from partnerships.models import CityMatch, SpreadMatch

KEEP = SpreadMatch.LAST_RANK


class Command(BaseCommand):
    """Prints the distribution for the lists of member cities and for those of all cities."""

    help = (
        "Print in how many top tens cities stand: Gini, share in none, largest number, quantiles; for the "
        "lists of member cities and of all cities, as they are scored and as the spread makes them. Member "
        "cities see the spread lists. For all cities the spread is worked out over the stored lists, to "
        "compare; nobody sees it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = measured()
        if not found:
            raise CommandError("No city is scored yet: run manage.py score_cities first.")
        if options["json"]:
            self.stdout.write(json.dumps(as_data(found), indent=2))
            return
        head = ("lists of", "", "cities", "places", "Gini", "in none", "most", *map(str, QUANTILES))
        self.stdout.write(_line(head))
        for (whose, how), one in found.items():
            numbers = (f"{one.cities:,}", f"{one.places:,}", f"{one.gini:.3f}", f"{one.none:.1%}", one.most)
            self.stdout.write(_line((whose, how, *numbers, *(f"{value:g}" for value in one.quantiles))))
        self.stdout.write(
            f"Limit: {settings.EXPOSURE_LIMIT} top tens of member cities (EXPOSURE_LIMIT). The cities "
            "counted are those that stand in at least one list of fifty."
        )


def as_data(found: dict[tuple[str, str], Exposure]) -> dict[str, Any]:
    """The distributions as JSON takes them."""
    lists = [{"lists": whose, "kind": how, **asdict(one)} for (whose, how), one in found.items()]
    return {"limit": settings.EXPOSURE_LIMIT, "quantiles": QUANTILES, "distributions": lists}


def measured() -> dict[tuple[str, str], Exposure]:
    """The distributions by whose lists they are and how these are made; empty without any match."""
    at_hand = directory.fresh()
    partners, scores = stored_lists(at_hand.reference)
    if not (partners >= 0).any():
        return {}
    members = at_hand.statements.member.sets == 0
    found = {}
    for whose, of in (("member cities", members), ("all cities", np.ones_like(members))):
        mine, mine_scores = partners[of], scores[of]
        if whose == "member cities":
            spread_out = spread_partners(at_hand.reference)
        else:
            spread_out = mine[spread(mine, mine_scores, KEEP, settings.EXPOSURE_LIMIT)]
        counted = np.union1d(mine[mine >= 0], spread_out)
        for how, places in (("as scored", mine[:, :KEEP]), ("spread", spread_out)):
            counts = np.bincount(places[places >= 0], minlength=len(at_hand.reference))
            if len(counted):
                found[whose, how] = Exposure.of(counts[counted])
    return found


def stored_lists(reference: Reference) -> tuple[np.ndarray, np.ndarray]:
    """The matches of all cities: partners (n, 50) as rows, -1 = unused; scores (n, 50)."""
    partners = np.full((len(reference), CityMatch.LAST_RANK), -1, dtype=np.int64)
    scores = np.full(partners.shape, np.nan, dtype=np.float32)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT city_id, array_agg(partner_id ORDER BY rank), array_agg(score ORDER BY rank) "
            "FROM partnerships_citymatch GROUP BY city_id"
        )
        while rows := cursor.fetchmany(5000):
            for city, listed, values in rows:
                row = int(reference.rows_of(city))
                if row >= 0:
                    partners[row, : len(listed)] = reference.rows_of(listed)
                    scores[row, : len(listed)] = values
    return partners, scores


def spread_partners(reference: Reference) -> np.ndarray:
    """The partners of all spread lists, as rows."""
    rows = reference.rows_of(list(SpreadMatch.objects.values_list("partner_id", flat=True)))
    return rows[rows >= 0]


def _line(cells: Iterable[Any]) -> str:
    whose, how, *numbers = cells
    return f"{whose:<14}{how:<11}" + "".join(f"{number!s:>10}" for number in numbers)
