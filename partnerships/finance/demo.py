"""Demonstration financial partners: invented, marked so on every page.

Their texts are in data/demo_partners.json. The days of their calls are counted from the day of loading.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from cities.demo import take_new_parts
from cities.editing import Content
from cities.models import City
from partnerships.models import Organisation
from partnerships.organisations.demo import add_members

from .profile import editing

FILE = Path(__file__).resolve().parent / "data" / "demo_partners.json"
PREFIX = "finance"


def read_partners() -> list[dict[str, Any]]:
    """The demonstration partners: city, name, fields of the profile, offers by instrument, calls."""
    entries: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return entries


def add_partners(passwords: Mapping[str, str], approver: User | None) -> int:
    """Add those of demonstration cities that are not there yet, each with an approved member; how many.

    Once: what was deleted stays deleted.

    Call it in a transaction. Who has a password can sign in with it.
    """
    if not take_new_parts([FILE.stem]):
        return 0
    cities = City.objects.filter(profile__is_demonstration=True).in_bulk()
    known = set(Organisation.objects.filter(city__in=cities).values_list("city_id", "name"))
    added = [
        one for one in read_partners() if one["city"] in cities and (one["city"], one["name"]) not in known
    ]
    partners = []
    for entry in added:
        partner = Organisation.objects.create(
            kind=Organisation.Kind.FINANCIAL_PARTNER, name=entry["name"], city=cities[entry["city"]]
        )
        editing.write(partner, content_of(entry), is_demonstration=True)
        partners.append(partner)
    add_members(partners, PREFIX, passwords, approver)
    return len(added)


def content_of(entry: dict[str, Any]) -> Content:
    """An entry of the file in the form of `profile`."""
    profile = {name: entry.get(name, "") for name in editing.FIELDS}
    calls = [call_of(one) for one in entry["calls"]]
    return {"profile": profile, "statements": {"offer": entry["offers"]}, "calls": calls}


def call_of(entry: dict[str, Any]) -> Content:
    """A call with the days that its numbers of days from today mean; None stands for open already."""
    said = {name: value for name, value in entry.items() if name not in ("opens_in", "deadline_in")}
    opens, deadline = (
        None if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
        for days in (entry["opens_in"], entry["deadline_in"])
    )
    return {**said, "url": "", "opens": opens, "deadline": deadline}
