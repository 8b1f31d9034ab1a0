"""Ties between cities from a list: a CSV file, or what Wikidata's query service answers.

CSV: columns geonameid_a and geonameid_b; name_a, name_b, country_a, country_b and since may be there. A
country that is given must be the city's.
JSON: the SPARQL results format, or the query service's plain list of objects. Variables geonames_a and
geonames_b hold the GeoNames ids (property P1566) of both cities, since the start of the tie (docs/data.md
has the query).
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from cities.models import City, Twinning
from cities.signals import ties_changed

LARGEST_ID = 2**63 - 1  # of a bigint


class TwinningFileError(ValueError):
    """The file as a whole cannot be used; the message says why."""


class Line(NamedTuple):
    """One tie as it is written; `number` is the line of a CSV file or the place among JSON results."""

    number: int
    geonameid_a: str
    geonameid_b: str
    country_a: str = ""
    country_b: str = ""
    since: str = ""


@dataclass
class Report:
    """What an import did, or in a dry run would do."""

    read: int = 0
    added: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


def import_twinnings(text: str, *, dry_run: bool = False) -> Report:
    """Save the good ties of a file's text; list the others. Ties already known stay as they are.

    Raises TwinningFileError when the text is neither of the two formats.
    """
    try:
        source, lines = parse(text)
    except csv.Error as error:
        raise TwinningFileError(f"It is not CSV: {error}.") from error
    report = Report(read=len(lines))
    ties = good_ties(lines, report)
    with transaction.atomic():
        known = set(Twinning.objects.filter(city_a__in={a for a, _b in ties}).values_list("city_a", "city_b"))
        new = {pair: since for pair, since in ties.items() if pair not in known}
        report.known = len(lines) - len(report.problems) - len(new)
        report.added = len(new)
        if new and not dry_run:
            Twinning.objects.bulk_create(
                (
                    Twinning(city_a_id=a, city_b_id=b, since=since, source=source)
                    for (a, b), since in new.items()
                ),
                ignore_conflicts=True,
            )
            ties_changed.send(sender=Twinning)
    return report


def parse(text: str) -> tuple[Twinning.Source, list[Line]]:
    """The lines of a file's text, and what its format says of their source."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return Twinning.Source.WIKIDATA, list(parse_json(text))
    return Twinning.Source.CSV, list(parse_csv(text))


def parse_csv(text: str) -> Iterator[Line]:
    """The lines of a CSV file with a header, split by commas or semicolons.

    Each line is read by itself, so that a quote left open spoils one line and not the rest of the file.
    """
    header, *lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    delimiter = ";" if ";" in header else ","
    columns = next(csv.reader([header], delimiter=delimiter), [])
    if not {"geonameid_a", "geonameid_b"} <= set(columns):
        raise TwinningFileError(
            "The first line must name the columns, geonameid_a and geonameid_b among them."
        )
    for number, line in enumerate(lines, start=2):
        if line.strip():
            values = dict(zip(columns, next(csv.reader([line], delimiter=delimiter)), strict=False))
            yield Line(number, *(values.get(name, "").strip() for name in Line._fields[1:]))


def parse_json(text: str) -> Iterator[Line]:
    """The results of a SPARQL query, in either of the query service's two forms."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
        rows = data["results"]["bindings"] if isinstance(data, dict) else data
        for number, row in enumerate(rows, start=1):
            first, second = json_value(row, "geonames_a"), json_value(row, "geonames_b")
            yield Line(number, first, second, since=json_value(row, "since"))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise TwinningFileError("The file is not the JSON of a SPARQL query's results.") from error


def json_value(row: dict[str, Any], name: str) -> str:
    """The value of a variable, {"since": {"value": "1993"}} or {"since": "1993"}; empty if unbound."""
    value = row.get(name, "")
    return str(value.get("value", "") if isinstance(value, dict) else value).strip()


def good_ties(lines: list[Line], report: Report) -> dict[tuple[int, int], int | None]:
    """The ties that can be saved: (lower id, higher id) -> year or None. The others go to the report."""
    countries = countries_of(lines)
    ties: dict[tuple[int, int], int | None] = {}
    for line in lines:
        try:
            pair, since = check(line, countries)
        except ValueError as error:
            report.problems.append((line.number, str(error)))
        else:
            ties[pair] = ties.get(pair) or since
    return ties


def countries_of(lines: Iterable[Line]) -> dict[int, str]:
    """City id -> country code, of the cities that the lines name and the directory has."""
    ids = {int(text) for line in lines for text in (line.geonameid_a, line.geonameid_b) if is_id(text)}
    return dict(City.objects.filter(pk__in=ids).values_list("pk", "country_id"))


def is_id(text: str) -> bool:
    """Whether a text may be a GeoNames id."""
    return bool(re.fullmatch("[0-9]{1,19}", text)) and int(text) <= LARGEST_ID


def check(line: Line, countries: dict[int, str]) -> tuple[tuple[int, int], int | None]:
    """The tie of a line, lower id first, and its year. Raises ValueError that says what is wrong."""
    for text, country in ((line.geonameid_a, line.country_a), (line.geonameid_b, line.country_b)):
        if not is_id(text):
            raise ValueError(f"{text!r} is not a GeoNames id")
        if int(text) not in countries:
            raise ValueError(f"no city has the GeoNames id {text}")
        if country and country.upper() != countries[int(text)]:
            raise ValueError(f"city {text} is in {countries[int(text)]}, not in {country!r}")
    first, second = sorted((int(line.geonameid_a), int(line.geonameid_b)))
    if first == second:
        raise ValueError(f"city {first} is tied to itself")
    return (first, second), year(line.since)


def year(text: str) -> int | None:
    """The year of "1993" or "1993-05-01T00:00:00Z"; None for an empty text. Raises ValueError for another."""
    if not text:
        return None
    match = re.fullmatch(r"\+?([0-9]{4})(-.*)?", text)
    if not match or not 800 <= int(match[1]) <= 2100:
        raise ValueError(f"{text!r} is not a year between 800 and 2100")
    return int(match[1])
