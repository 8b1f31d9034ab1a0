"""What the page of one city shows."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from babel import Locale
from django.utils.text import capfirst

from . import pictures
from .directory import Directory, reader_language
from .listing import Card, cards, size_label
from .models import City, CityProfile, Goal, KindOfPlace, Mayor, TopicStatement, Twinning
from .neighbours import most_similar, nearest

SCRIPTS_FIRST = ("LATIN", "CYRILLIC", "GREEK")


def profile_context(
    city: City, profile: CityProfile | None, statements: list[TopicStatement]
) -> dict[str, Any]:
    """What templates/cities/profile_panels.html needs: what a city says of itself."""
    said = profile or CityProfile(city=city)
    return {
        "city": city,
        "profile": profile,
        "goals": [Goal(code).label for code in said.goals if code in Goal],
        "kinds": [KindOfPlace(code).label for code in said.kinds_of_place if code in KindOfPlace],
        "languages": language_names(said.languages),
        "needs": [one for one in statements if one.kind == TopicStatement.Kind.NEED],
        "offers": [one for one in statements if one.kind == TopicStatement.Kind.OFFER],
    }


def city_context(directory: Directory, city: City) -> dict[str, Any]:
    """What templates/cities/city_detail.html needs, in a constant number of queries."""
    profile = CityProfile.objects.filter(city=city).first()
    statements = list(city.topic_statements.select_related("topic"))
    mayors = list(city.mayors.filter(state=Mayor.State.APPROVED).order_by("decided_at", "id"))
    row = int(directory.reference.rows_of(city.id))
    context: dict[str, Any] = {
        **profile_context(city, profile, statements),
        "country_languages": language_names(city.country.languages),
        "is_member": bool(mayors),
        "mayors": [mayor for mayor in mayors if mayor.public_name],
        "other_names": other_names(city),
        "clock": clock(city.time_zone),
        "twinnings": [],
    }
    if row < 0:  # the copy in memory is a second older than this city
        return context
    return context | _around(directory, city, row)


def _around(directory: Directory, city: City, row: int) -> dict[str, Any]:
    """The city among others: its twins, those near it, those like it."""
    ties = Twinning.objects.of(city).values_list("city_a_id", "city_b_id", "since")
    partners = {b if a == city.id else a: since for a, b, since in ties}
    rows = directory.reference.rows_of(list(partners))
    since = dict(zip(rows.tolist(), partners.values(), strict=True))
    rows = np.sort(rows[rows >= 0])
    near, distances = nearest(directory, row)
    return {
        "size": size_label(directory, row),
        "twinnings": [(card, since[card.row]) for card in _by_country(cards(directory, rows))],
        "twinning_map": pictures.twinning_map(directory, row, rows) if len(rows) else None,
        "nearest": list(zip(cards(directory, near), distances.round().astype(int).tolist(), strict=True)),
        "similar": cards(directory, most_similar(directory, row)),
    }


def _by_country(listed: Iterable[Card]) -> list[Card]:
    return sorted(listed, key=lambda card: (card.country, card.name))


def language_names(codes: Iterable[str]) -> list[str]:
    """Names of languages in the reader's language, with a capital letter."""
    languages = Locale(reader_language()).languages
    names = (languages.get(code, code) for code in codes)
    return [capfirst(name) for name in names]


def other_names(city: City) -> list[str]:
    """The other names of a city: Latin, Cyrillic, Greek letters first, then other scripts."""

    def rank(name: str) -> tuple[int, str]:
        script = unicodedata.name(name[0], "").split(" ")[0]
        place = SCRIPTS_FIRST.index(script) if script in SCRIPTS_FIRST else len(SCRIPTS_FIRST)
        return place, name.casefold()

    names = city.names.exclude(name__in=[city.name, city.name_uk]).values_list("name", flat=True)
    return sorted((name for name in names if name), key=rank)


def clock(time_zone: str) -> list[str]:
    """A time zone's offset from UTC in winter and, where it differs, in summer: ["UTC+2", "UTC+3"].

    Empty where the system does not know the zone.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return []
    year = datetime.now(zone).year
    offsets = [datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)]
    return list(dict.fromkeys(map(_utc, offsets)))


def _utc(offset: timedelta) -> str:
    hours, minutes = divmod(int(offset.total_seconds()) // 60, 60)
    return f"UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")
