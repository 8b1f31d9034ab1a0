"""What codes of a business's profile are called in the reader's language."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale
from django.conf import settings

from cities.alphabet import reader_key
from cities.directory import reader_language
from cities.models import Country

FARTHER_MARKETS = ("AE", "AU", "BR", "CA", "CN", "EG", "IL", "IN", "JP", "KR", "KZ", "SA", "US", "ZA")
"""Markets that can be named beside the countries of the programme."""

NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Codes of the list of territories that are no countries of ISO 3166-1; XK, Kosovo, is in use and stays."""


@lru_cache(maxsize=2)
def _territories(language: str) -> Mapping[str, str]:
    return dict(Locale(language).territories)


def market_names(codes: Iterable[str]) -> list[str]:
    """The names of countries that are export markets, in alphabetical order."""
    names = _territories(reader_language())
    return sorted((names.get(code, code) for code in codes), key=reader_key)


def market_labels(language: str, codes: Iterable[str]) -> dict[str, str]:
    """The names of export markets by code, in a language."""
    names = _territories(language)
    return {code: names.get(code, code) for code in codes}


def market_choices() -> list[tuple[str, str]]:
    """All markets that a business can name, in the reader's alphabetical order."""
    codes = {*Country.objects.values_list("code", flat=True), *FARTHER_MARKETS}
    names = market_labels(reader_language(), codes - set(settings.EXCLUDED_COUNTRIES))
    return sorted(names.items(), key=lambda one: reader_key(one[1]))


def country_choices() -> list[tuple[str, str]]:
    """All countries and territories of ISO 3166-1, in the reader's alphabetical order."""
    return _countries(reader_language())


@lru_cache(maxsize=2)
def _countries(language: str) -> list[tuple[str, str]]:
    """Call it with the reader's language only: the order is theirs."""
    names = _territories(language)
    countries = {code: name for code, name in names.items() if code.isalpha() and code not in NO_COUNTRIES}
    return sorted(countries.items(), key=lambda one: reader_key(one[1]))
