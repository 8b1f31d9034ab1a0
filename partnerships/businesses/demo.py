"""Demonstration businesses: invented, marked so on every page. data/demo_businesses.json has their texts."""

import json
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from cities.demo import DOMAIN, verify
from cities.models import City
from partnerships.models import Organisation, OrganisationMember

from .profile import editing

FILE = Path(__file__).resolve().parent / "data" / "demo_businesses.json"


def read_businesses() -> list[dict[str, Any]]:
    """The demonstration businesses: city, name, fields of the profile, offers and needs by type."""
    entries: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return entries


def add_businesses(passwords: dict[str, str], approver: User | None) -> int:
    """Add those of demonstration cities that are not there yet, each with an approved member; how many.

    Call it in a transaction. Who has a password can sign in with it.
    """
    cities = City.objects.filter(profile__is_demonstration=True).in_bulk()
    known = set(Organisation.objects.filter(city__in=cities).values_list("city_id", "name"))
    added = [one for one in read_businesses() if one["city"] in cities]
    added = [one for one in added if (one["city"], one["name"]) not in known]
    for entry in added:
        business = Organisation.objects.create(
            kind=Organisation.Kind.BUSINESS, name=entry["name"], city=cities[entry["city"]]
        )
        editing.write(business, content_of(entry), is_demonstration=True)
        add_member(business, passwords, approver)
    verify([email for email in passwords if email.startswith("business.")])
    return len(added)


def content_of(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of the file in the form of `profile`."""
    empty: dict[str, Any] = dict.fromkeys(editing.FIELDS, "")
    return {
        "profile": {**empty, **{name: entry[name] for name in editing.FIELDS if name in entry}},
        "statements": {"offer": entry["offers"], "need": entry["needs"]},
    }


def add_member(business: Organisation, passwords: dict[str, str], approver: User | None) -> None:
    """Somebody who represents the business."""
    email = f"business.{business.city.slug}@{DOMAIN}"
    name = f"Demonstration director of {business.name}"[:150]
    person, _created = User.objects.get_or_create(
        email=email,
        defaults={
            "name": name,
            "language": "uk" if business.city.country_id == "UA" else "en",
            "password": make_password(passwords.get(email)),
        },
    )
    OrganisationMember.objects.create(
        user=person,
        organisation=business,
        state=OrganisationMember.State.APPROVED,
        full_name=name,
        function="director",
        decided_at=timezone.now(),
        decided_by=approver,
    )
