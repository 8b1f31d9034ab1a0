"""Editing what a business says of itself: saved as a whole, with every version kept, as for cities.

The content of a version is what JSON can hold: {"profile": {field: value},
"statements": {"need" or "offer": {trade: [note in English, note in Ukrainian]}}}.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from cities import nace
from cities.city_page import language_names
from cities.profile import Content, Difference

from .keys import write_keys
from .models import BusinessProfile, BusinessStatement, BusinessVersion, SizeBand, Trade
from .words import market_names

FIELDS = [
    "other_name",
    "division",
    "summary_en",
    "summary_uk",
    "size",
    "founded",
    "markets",
    "languages",
    "certificates",
    "website",
    "contact_name",
    "contact_email",
    "contact_phone",
]
Kind = BusinessStatement.Kind


class EditedMeanwhile(Exception):
    """Somebody saved a version after the one that the editor saw."""

    def __init__(self, latest: BusinessVersion) -> None:
        super().__init__(str(latest))
        self.latest = latest


def present(organisation: Any) -> BusinessProfile:
    """The profile of a business; a new one, with the website of its application, if there is none."""
    found = BusinessProfile.objects.filter(organisation=organisation).first()
    return found or BusinessProfile(organisation=organisation, website=organisation.website)


def content_of(organisation: Any) -> Content:
    """What the business says of itself now: two queries."""
    profile = present(organisation)
    statements: dict[str, dict[str, list[str]]] = {Kind.NEED.value: {}, Kind.OFFER.value: {}}
    for one in BusinessStatement.objects.filter(organisation=organisation):
        statements[one.kind][one.trade] = [one.note_en, one.note_uk]
    return {"profile": {name: getattr(profile, name) for name in FIELDS}, "statements": statements}


def latest_version(organisation: Any) -> BusinessVersion | None:
    """The version saved last."""
    return BusinessVersion.objects.filter(organisation=organisation).select_related("by").first()


def save(organisation: Any, content: Content, *, by: User, seen: int | None) -> BusinessVersion | None:
    """Make `content` what the business says of itself; the new version, or None if nothing changed.

    `seen` is the number of the version that the editor began with, None if there was none. Raises
    EditedMeanwhile if there is a newer one. Everything is in one transaction.
    """
    with transaction.atomic():
        type(organisation).objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        latest = latest_version(organisation)
        if latest is not None and latest.pk != seen:
            raise EditedMeanwhile(latest)
        before = content_of(organisation)
        exists = BusinessProfile.objects.filter(organisation=organisation).exists()
        if exists and content == before:
            return None
        if latest is None and exists:
            BusinessVersion.objects.create(organisation=organisation, content=before)
        write(organisation, content)
        AuditEntry.note(by, "profile edited", organisation, changes=changed_parts(before, content))
        return BusinessVersion.objects.create(organisation=organisation, by=by, content=content)


def write(organisation: Any, content: Content, *, is_demonstration: bool = False) -> BusinessProfile:
    """Put a content in the place of what is there, without a version; call it in a transaction."""
    profile = present(organisation)
    for name, value in content["profile"].items():
        setattr(profile, name, value)
    profile.is_demonstration |= is_demonstration
    profile.updated_at = timezone.now()
    profile.save()
    BusinessStatement.objects.filter(organisation=organisation).delete()
    BusinessStatement.objects.bulk_create(statements_of(organisation, content))
    write_keys(profile)
    return profile


def statements_of(organisation: Any, content: Content) -> list[BusinessStatement]:
    """The statements of a content, in the order of the types; not saved."""
    return [
        BusinessStatement(
            organisation=organisation, kind=kind, trade=trade, note_en=stated[0], note_uk=stated[1]
        )
        for kind, by_trade in content["statements"].items()
        for trade in Trade.values
        if (stated := by_trade.get(trade)) is not None
    ]


def changed_parts(before: Content, after: Content) -> list[str]:
    """The names of the parts that differ."""
    fields = [name for name in FIELDS if before["profile"].get(name) != after["profile"].get(name)]
    return fields + ["statements"] * (before["statements"] != after["statements"])


def differences(before: Content, after: Content) -> list[Difference]:
    """What two versions say differently, in the reader's language."""
    found = [
        Difference(
            capfirst(str(BusinessProfile._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
            in_words(name, before["profile"].get(name)),
            in_words(name, after["profile"].get(name)),
        )
        for name in changed_parts(before, after)
        if name in FIELDS
    ]
    for kind, label in [(Kind.NEED.value, _("Seeks")), (Kind.OFFER.value, _("Offers"))]:
        old, new = before["statements"][kind], after["statements"][kind]
        found += [
            Difference(f"{label}: {Trade(trade).label}", _note(old.get(trade)), _note(new.get(trade)))
            for trade in Trade.values
            if old.get(trade) != new.get(trade)
        ]
    return found


def in_words(name: str, value: Any) -> str:
    """The value of a field of the profile for people."""
    if not value:
        return "-"
    match name:
        case "languages":
            return ", ".join(language_names(value))
        case "markets":
            return ", ".join(market_names(value))
        case "division":
            return f"{value} {nace.title(value)}".strip()
        case "size" if value in SizeBand:
            return str(SizeBand(value).label)
    return str(value)


def _note(notes: list[str] | None) -> str:
    if notes is None:
        return "-"
    return " / ".join(filter(None, notes)) or _("yes")
