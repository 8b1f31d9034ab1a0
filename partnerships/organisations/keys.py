"""The keys by which an organisation is found: its names, and all that it says of itself."""

from collections.abc import Iterable

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
    organisation, city = profile.organisation, profile.organisation.city
    present = list(dict.fromkeys(filter(None, [organisation.name, profile.other_name])))
    rows = names._default_manager.filter(organisation=organisation)
    rows.exclude(name__in=present).delete()
    for name in present:
        names._default_manager.update_or_create(
            organisation=organisation, name=name, defaults={"key": key(name)}
        )
    texts = [organisation.name, profile.other_name, city.name, city.name_uk]
    texts += [profile.summary_en, profile.summary_uk, *more_texts]
    type(profile).objects.filter(pk=profile.pk).update(text_key=key(" ".join(texts)))
