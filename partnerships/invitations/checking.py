"""What a list of businesses would do: each row with its errors, or with what would become of it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from cities.models import City
from cities.romanised import romanised
from partnerships.businesses.models import BusinessProfile, SizeBand

from .columns import COLUMNS
from .forms import PROFILE, RowForm
from .models import BusinessImport, BusinessInvitation

LIKE = 90  # of 100: the likeness of names from which on they may mean the same business
EDRPOU_DIGITS = 8
LEGAL_FORMS = frozenset(
    {
        "tov", "tzov", "tdv", "pat", "prat", "at", "fop", "pp", "dp", "kp", "llc", "ltd", "limited", "jsc",
        "plc", "inc", "corp", "company", "co", "gmbh", "ag", "kg", "ug", "se", "sp", "z", "o", "oo", "zoo",
        "spzoo", "sa", "sarl", "sas", "srl", "spa", "spol", "sro", "as", "oy", "ab", "bv", "nv", "doo",
        "ooo", "zao", "oao",
    }
)  # fmt: skip
"""Words, in Latin letters, that say how a business is constituted."""
BANDS = ((10, SizeBand.MICRO), (50, SizeBand.SMALL), (250, SizeBand.MEDIUM))
OF_BUSINESSES = {"name": "name", "number": "registration_number", "slug": "slug", "city": "city_id"}
"""What is compared, by the fields of an organisation."""
LANGUAGES = {"english": "en", "англійська": "en", "ukrainian": "uk", "українська": "uk", "ua": "uk"}


class Verdict(models.TextChoices):
    """What would become of a row."""

    NEW = "new", _("will be invited")
    SIMILAR = "similar", _("may be there already: tick it to invite it")
    KNOWN = "known", _("is there already")
    INVITED = "invited", _("is invited already")
    DECLINED = "declined", _("declined your invitation")
    REPEATED = "repeated", _("stands twice in the file")
    ERROR = "error", _("has errors")


@dataclass
class Row:
    """A row of the file. errors: messages by code of the column. other: the business it is, or is like."""

    number: int
    cells: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    verdict: Verdict = Verdict.NEW
    other: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called, in the file."""
        return str(self.data.get("name", ""))

    @property
    def profile(self) -> dict[str, Any]:
        """What it says for the profile."""
        return {name: self.data[name] for name in PROFILE}

    @property
    def error_texts(self) -> list[str]:
        """The errors with the headings of their columns."""
        headings = COLUMNS.headings
        return [f"{headings[code]}: {' '.join(errors)}" for code, errors in self.errors.items()]


def check(listed: BusinessImport) -> list[Row]:
    """The rows of a list in their order; five queries, however many there are."""
    places = COLUMNS.places(listed.headings)
    form, rows = RowForm(), []
    for number, cells in listed.rows:
        typed = {code: cells[place] for code, place in places.items()}
        form.check(_in_codes(typed, listed.city))
        errors = {code: list(map(str, found)) for code, found in form.errors.items()}
        rows.append(Row(number, cells, dict(form.cleaned_data), errors))
        if errors:
            rows[-1].data, rows[-1].verdict = typed, Verdict.ERROR
    _compare(listed.city, [row for row in rows if row.verdict != Verdict.ERROR])
    return rows


def counts(rows: Iterable[Row]) -> list[tuple[Verdict, int]]:
    """How many rows have each verdict, without those that none has."""
    found = Counter(row.verdict for row in rows)
    return [(verdict, found[verdict]) for verdict in Verdict if found[verdict]]


def _in_codes(typed: Mapping[str, str], city: City) -> dict[str, str]:
    """A row with codes in the place of words and of numbers that a spreadsheet has cut short."""
    row = dict(typed)
    row["size"] = _size(row.get("size", ""))
    language = row.get("language", "").lower()
    row["language"] = LANGUAGES.get(language, language) or ("uk" if city.country_id == "UA" else "en")
    number = row.get("registration_number", "")
    if city.country_id == "UA" and number.isdecimal() and 5 <= len(number) < EDRPOU_DIGITS:
        row["registration_number"] = number.zfill(EDRPOU_DIGITS)  # a spreadsheet took it for a number
    return row


def _size(text: str) -> str:
    """The band of a number of people, of a range like "10-49", or of the band's name."""
    low = re.match(r"\s*(\d{1,7})(?!\d)", text.replace("\u00a0", "").replace(" ", ""))
    if low:
        return next((band for most, band in BANDS if int(low.group(1)) < most), SizeBand.LARGE).value
    labels = {str(label).casefold(): code for code, label in SizeBand.choices}
    return labels.get(text.casefold(), text.casefold())


def _compare(city: City, rows: list[Row]) -> None:
    """Say of rows without errors which are there already, were invited, stand twice, or are like another."""
    public = _public(city, [row.data["registration_number"] for row in rows])
    by_number = {one["number"].casefold(): one for one in public if one["number"]}
    own = [one for one in public if one["city"] == city.pk]
    by_name = {one["name"].casefold(): one for one in own}
    keys = {key: one for one in own for key in (_key(one["name"]), _key(one["other_name"])) if key}
    invited = _invited(city)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        marks = _marks(row.data["name"], row.data["registration_number"])
        known = by_number.get(row.data["registration_number"].casefold()) or by_name.get(row.name.casefold())
        if marks & seen:
            row.verdict = Verdict.REPEATED
        elif known:
            row.verdict, row.other = Verdict.KNOWN, known
        elif earlier := next((invited[mark] for mark in marks if mark in invited), None):
            row.verdict = earlier
        elif keys and (
            like := process.extractOne(_key(row.name), list(keys), scorer=fuzz.ratio, score_cutoff=LIKE)
        ):
            row.verdict, row.other = Verdict.SIMILAR, keys[like[0]]
        seen |= marks


def _public(city: City, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """The public businesses of the city, and those of its country with one of these numbers."""
    wanted = {number.lower() for number in numbers if number}
    public = BusinessProfile.objects.public().annotate(lower=Lower("organisation__registration_number"))
    numbered = public.filter(organisation__city__country=city.country_id, lower__in=wanted)
    there = public.filter(organisation__city=city)
    about = {name: models.F(f"organisation__{field}") for name, field in OF_BUSINESSES.items()}
    return [dict(one) for found in (numbered, there) for one in found.values("other_name", **about)]


def _invited(city: City) -> dict[tuple[str, str], Verdict]:
    """What became of earlier invitations of the city that forbid another one."""
    declined = BusinessInvitation.State.DECLINED
    found = {}
    earlier = BusinessInvitation.objects.filter(city=city)
    for invitations, verdict in [
        (earlier.filter(state=declined), Verdict.DECLINED),
        (earlier.filter(state=BusinessInvitation.State.ACCEPTED), Verdict.INVITED),
        (earlier.open(), Verdict.INVITED),
    ]:
        for name, number in invitations.values_list("name", "registration_number"):
            found.update(dict.fromkeys(_marks(name, number), verdict))
    return found


def _marks(name: str, number: str) -> set[tuple[str, str]]:
    """By what a business is the same as another of the same city."""
    marks = {("name", name.casefold())}
    return marks | {("number", number.casefold())} if number else marks


def _key(name: str) -> str:
    """A name for comparing: in Latin letters, without quotes and legal forms."""
    words = re.findall(r"\w+", romanised(name))
    return " ".join(word for word in words if word not in LEGAL_FORMS)
