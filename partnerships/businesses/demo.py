"""Demonstration businesses: invented, marked so on every page.

Their texts are in data/demo, a file a group of cities. A file is loaded into a demonstration once; a new
file reaches those that exist when they start next.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from accounts.models import User
from cities.demo import take_new_parts
from cities.editing import Content
from cities.models import City
from partnerships.models import Organisation
from partnerships.organisations.demo import add_members
from partnerships.organisations.keys import names_of, write_names

from .keys import set_keys
from .models import BusinessName, BusinessProfile, BusinessStatement
from .profile import editing

FOLDER = Path(__file__).resolve().parent / "data" / "demo"


def parts() -> list[str]:
    """The names of the files."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def read_businesses(part: str) -> list[dict[str, Any]]:
    """The businesses of a file: city, name, fields of the profile, offers and needs by type."""
    entries: list[dict[str, Any]] = json.loads((FOLDER / f"{part}.json").read_text(encoding="utf-8"))
    return entries


def add_businesses(passwords: Mapping[str, str], approver: User | None) -> int:
    """Add those of demonstration cities from files not loaded before, with an approved member; how many.

    Call it in a transaction. Who has a password can sign in with it.
    """
    entries = [one for part in take_new_parts(parts()) for one in read_businesses(part)]
    entries.sort(key=lambda one: one["website"])  # the directory begins with those of many countries
    cities = City.objects.filter(
        profile__is_demonstration=True, pk__in={one["city"] for one in entries}
    ).in_bulk()
    known = set(Organisation.objects.filter(city__in=cities).values_list("city_id", "name"))
    entries = [one for one in entries if one["city"] in cities and (one["city"], one["name"]) not in known]
    businesses = make_businesses(entries, cities)
    write_profiles(zip(businesses, map(content_of, entries), strict=True))
    add_members(businesses, "business", passwords, approver)
    return len(businesses)


def make_businesses(entries: Iterable[Mapping[str, Any]], cities: Mapping[int, City]) -> list[Organisation]:
    """The organisations of entries, at once but for those whose address somebody else has."""
    made = [
        Organisation(
            kind=Organisation.Kind.BUSINESS,
            name=one["name"],
            city=cities[one["city"]],
            website=one["website"],
        )
        for one in entries
    ]
    by_address = {one.plain_address(): one for one in made}
    taken = set(Organisation.objects.filter(slug__in=by_address).values_list("slug", flat=True))
    for address, one in by_address.items():
        one.slug = "" if address in taken else address
    Organisation.objects.bulk_create(one for one in made if one.slug)
    for one in made:
        if not one.slug:
            one.save()
    return made


def content_of(entry: Mapping[str, Any]) -> Content:
    """An entry of a file in the form of `profile`."""
    empty: dict[str, Any] = dict.fromkeys(editing.FIELDS, "")
    return {
        "profile": {**empty, **{name: entry[name] for name in editing.FIELDS if name in entry}},
        "statements": {"offer": entry["offers"], "need": entry["needs"]},
    }


def write_profiles(added: Iterable[tuple[Organisation, Content]]) -> None:
    """Write the profiles of new businesses, what they offer and seek, and the keys they are found by."""
    profiles, statements = [], []
    for business, content in added:
        stated = editing.statements_of(business, content)
        profile = BusinessProfile(organisation=business, is_demonstration=True, **content["profile"])
        set_keys(profile, stated)
        profiles.append(profile)
        statements += stated
    BusinessProfile.objects.bulk_create(profiles)
    BusinessStatement.objects.bulk_create(statements)
    names = [name for profile in profiles for name in names_of(profile, BusinessName)]
    write_names(names, BusinessName)
