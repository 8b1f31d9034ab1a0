"""The pairs of a matching round as a file."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

from cities.exports import LICENCE, cell
from partnerships.matching.components import COMPONENTS
from partnerships.models import MatchingRound, RoundPair


def csv_response(of: MatchingRound, pairs: Iterable[RoundPair]) -> HttpResponse:
    """A spreadsheet of these pairs, with the components of each score as they were when it was solved."""
    lines = io.StringIO()
    codes = [component.code for component in COMPONENTS]
    ends = ("city", "partner")
    head = [f"{end}{what}" for end in ends for what in ("_geonames_id", "", "_uk", "_country")]
    writer = csv.writer(lines)
    writer.writerow([*head, "rank", "score", *codes])
    for pair in pairs:
        cities = [
            cell(value)
            for city in (pair.city, pair.partner)
            for value in (city.pk, city.name, city.name_uk, city.country_id)
        ]
        parts = [pair.components.get(code, "") for code in codes]
        writer.writerow([*cities, pair.rank, round(pair.score, 4), *parts])
    return HttpResponse(
        "\ufeff" + lines.getvalue(),  # without the mark Excel takes Cyrillic for something else
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="matching-round-{of.pk}.csv"',
            "Link": f'<{LICENCE}>; rel="license"',
        },
    )
