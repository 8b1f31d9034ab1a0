"""The keys by which a business is found: its names, and all that it says of itself."""

from collections.abc import Iterable

from django.db.models import Func, Value

from . import nace
from .models import BusinessName, BusinessProfile, BusinessStatement
from .romanised import romanised

LONGEST_KEY = 800


def key(text: str) -> Func:
    """What PostgreSQL makes of a text for comparing: small Latin letters without accents."""
    return Func(Value(romanised(text)), function="search_key")


def write_keys(profile: BusinessProfile) -> None:
    """Bring the keys of a business up to date; call it in the transaction of the change."""
    organisation = profile.organisation
    names = names_of(profile)
    BusinessName.objects.filter(organisation=organisation).exclude(
        name__in=[one.name for one in names]
    ).delete()
    write_names(names)
    notes = BusinessStatement.objects.filter(organisation=organisation)
    BusinessProfile.objects.filter(pk=profile.pk).update(text_key=text_key(profile, notes))


def names_of(profile: BusinessProfile) -> list[BusinessName]:
    """The names it is found by, not saved."""
    organisation = profile.organisation
    names = dict.fromkeys(filter(None, [organisation.name, profile.other_name]))
    return [BusinessName(organisation=organisation, name=name, key=key(name)) for name in names]


def write_names(names: Iterable[BusinessName]) -> None:
    """Save names of one or many businesses; those that are there get their keys anew."""
    BusinessName.objects.bulk_create(
        names, update_conflicts=True, unique_fields=["organisation", "name"], update_fields=["key"]
    )


def text_key(profile: BusinessProfile, statements: Iterable[BusinessStatement]) -> Func:
    """The key of all that a business says: itself, and what it offers and seeks."""
    organisation, city = profile.organisation, profile.organisation.city
    activity = nace.activities().get(profile.division)
    return key(
        " ".join(
            [
                *(organisation.name, profile.other_name, city.name, city.name_uk),
                *(profile.summary_en, profile.summary_uk, profile.certificates),
                *((activity.title_en, activity.title_uk) if activity else ()),
                *(note for one in statements for note in (one.note_en, one.note_uk)),
            ]
        )
    )
