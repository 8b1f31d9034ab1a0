"""The keys by which a business is found: its names, and all that it says of itself."""

from django.db.models import Func, Value

from cities import nace
from cities.romanised import romanised

from .models import BusinessName, BusinessProfile, BusinessStatement

LONGEST_KEY = 800


def key(text: str) -> Func:
    """What PostgreSQL makes of a text for comparing: small Latin letters without accents."""
    return Func(Value(romanised(text)), function="search_key")


def write_keys(profile: BusinessProfile) -> None:
    """Bring the keys of a business up to date; call it in the transaction of the change."""
    organisation = profile.organisation
    names = list(dict.fromkeys(filter(None, [organisation.name, profile.other_name])))
    BusinessName.objects.filter(organisation=organisation).exclude(name__in=names).delete()
    for name in names:
        BusinessName.objects.update_or_create(
            organisation=organisation, name=name, defaults={"key": key(name)}
        )
    BusinessProfile.objects.filter(pk=profile.pk).update(text_key=key(_texts(profile)))


def _texts(profile: BusinessProfile) -> str:
    organisation, city = profile.organisation, profile.organisation.city
    activity = nace.activities().get(profile.division)
    notes = BusinessStatement.objects.filter(organisation=organisation).values_list("note_en", "note_uk")
    return " ".join(
        [
            *(organisation.name, profile.other_name, city.name, city.name_uk),
            *(profile.summary_en, profile.summary_uk, profile.certificates),
            *((activity.title_en, activity.title_uk) if activity else ()),
            *(note for both in notes for note in both),
        ]
    )
