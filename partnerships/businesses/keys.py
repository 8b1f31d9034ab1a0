"""The keys by which a business is found: its names, and all that it says of itself."""

from collections.abc import Iterable, Sequence

from django.db.models import Func, Value

from cities import nace
from cities.romanised import romanised

from .models import BusinessName, BusinessProfile, BusinessStatement
from .texts import vectors

LONGEST_KEY = 800
Notes = Iterable[tuple[str, str, str]]


def key(text: str) -> Func:
    """What PostgreSQL makes of a text for comparing: small Latin letters without accents."""
    return Func(Value(romanised(text)), function="search_key")


def write_keys(profile: BusinessProfile) -> None:
    """Bring the keys of a business up to date; call it in the transaction of the change."""
    organisation = profile.organisation
    names = names_of(profile)
    others = BusinessName.objects.filter(organisation=organisation)
    others.exclude(name__in=[one.name for one in names]).delete()
    write_names(names)
    set_keys(profile, list(BusinessStatement.objects.filter(organisation=organisation)))
    profile.save(update_fields=["text_key", "text_vectors"])


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


def set_keys(profile: BusinessProfile, statements: Sequence[BusinessStatement]) -> None:
    """Set the keys of all that a business says, of itself and of what it offers and seeks; not saved."""
    notes = [(one.kind, one.note_en, one.note_uk) for one in statements]
    profile.text_key = key(_texts(profile, [both for _kind, *both in notes]))
    profile.text_vectors = vectors(profile.division, *sides(profile.summary_en, profile.summary_uk, notes))


def sides(summary_en: str, summary_uk: str, notes: Notes) -> tuple[list[str], list[str]]:
    """What a business says it does, and what it seeks; notes: kind, English and Ukrainian note of each."""
    does: list[str] = [summary_en, summary_uk]
    seeks: list[str] = []
    for kind, *both in notes:
        (seeks if kind == BusinessStatement.Kind.NEED else does).extend(both)
    return does, seeks


def _texts(profile: BusinessProfile, notes: Sequence[Sequence[str]]) -> str:
    organisation, city = profile.organisation, profile.organisation.city
    activity = nace.activities().get(profile.division)
    return " ".join(
        [
            *(organisation.name, profile.other_name, city.name, city.name_uk),
            *(profile.summary_en, profile.summary_uk, profile.certificates),
            *((activity.title_en, activity.title_uk) if activity else ()),
            *(note for both in notes for note in both),
        ]
    )
