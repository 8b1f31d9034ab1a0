"""The keys by which an organisation is found: its names, and all that it says of itself."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Func, Value

from cities.romanised import romanised

from .models import OrganisationName, OrganisationProfile


def key(text: str) -> Func:
    """What PostgreSQL makes of a text for comparing: small Latin letters without accents."""
    return Func(Value(romanised(text)), function="search_key")


def write_keys(
    profile: OrganisationProfile, names: type[OrganisationName], more_texts: Iterable[str]
) -> None:
    """Bring the keys of an organisation up to date; call it in the transaction of the change.

    `more_texts` are searched beside the names, the city and the summaries.
    """
    present = names_of(profile, names)
    others = names._default_manager.filter(organisation=profile.organisation)
    others.exclude(name__in=[one.name for one in present]).delete()
    write_names(present, names)
    type(profile).objects.filter(pk=profile.pk).update(text_key=text_key(profile, more_texts))


def names_of(profile: OrganisationProfile, names: type[OrganisationName]) -> list[Any]:
    """The names it is found by, not saved."""
    organisation = profile.organisation
    known = dict.fromkeys(filter(None, [organisation.name, profile.other_name]))
    return [names(organisation=organisation, name=name, key=key(name)) for name in known]


def write_names(found: Iterable[Any], names: type[OrganisationName]) -> None:
    """Save names of one or many organisations; those that are there get their keys anew."""
    names._default_manager.bulk_create(
        found, update_conflicts=True, unique_fields=["organisation", "name"], update_fields=["key"]
    )


def text_key(profile: OrganisationProfile, more_texts: Iterable[str]) -> Func:
    """The key of all that an organisation says; `more_texts` as for `write_keys`."""
    organisation, city = profile.organisation, profile.organisation.city
    texts = [organisation.name, profile.other_name, city.name, city.name_uk]
    return key(" ".join([*texts, profile.summary_en, profile.summary_uk, *more_texts]))
