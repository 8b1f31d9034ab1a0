"""Sums of money: which currencies there are, what may be stated, and how sums are written."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, get_territory_currencies
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.directory import reader_language

LEAST, MOST = Decimal("0.01"), Decimal("1000000000000")
PLACES, DIGITS = 2, 15
FIRST = ("EUR", "UAH", "USD")
PATTERNS = {"en": "¤¤ #,##0.##", "uk": "#,##0.## ¤¤"}

Sum = Decimal | None

BANDS = (0, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
"""Where the bands of sums begin, in whatever currency; the last one has no end."""


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """ISO 4217 codes of the money that is legal tender somewhere now; those most used here come first."""
    territories = get_global("territory_currencies").keys() - set(settings.EXCLUDED_COUNTRIES)
    known = {code for territory in territories for code in get_territory_currencies(territory)}
    return (*FIRST, *sorted(known - set(FIRST)))


def currency_choices() -> list[tuple[str, str]]:
    """All currencies with their names in the reader's language."""
    names = Locale(reader_language()).currencies
    return [("", "-"), *((code, f"{code}, {names.get(code, code)}") for code in currencies())]


def known_currency(code: str) -> None:
    """Raises ValidationError for what is no currency in use."""
    if code not in currencies():
        raise ValidationError(_("This is not the code of a currency in use."))


class SumField(models.DecimalField):
    """A sum of money, exact to a hundredth; its currency is another field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        exact = {"max_digits": DIGITS, "decimal_places": PLACES, "null": True, "blank": True}
        super().__init__(*args, **{**exact, **kwargs})

    default_validators = [MinValueValidator(LEAST), MaxValueValidator(MOST)]


class CurrencyField(models.CharField):
    """The currency of the sums beside it: an ISO 4217 code."""

    default_validators = [known_currency]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 3, "blank": True, **kwargs})


def missing_currency(sums: Mapping[str, Decimal | None], currency: str) -> dict[str, Any]:
    """The error of a currency that is not said though a sum is."""
    if currency or all(amount is None for amount in sums.values()):
        return {}
    return {"currency": gettext_lazy("Say in which currency the sum is.")}


def in_words(amount: Decimal, currency: str) -> str:
    """A sum in the reader's language: EUR 50,000."""
    language = reader_language()
    return format_currency(
        amount, currency, format=PATTERNS[language], locale=language, currency_digits=False
    )


def range_in_words(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """What somebody gives, from one sum to another; empty where neither is stated."""
    if low is not None and high is not None:
        if low == high:
            return in_words(low, currency)
        return _("%(low)s to %(high)s") % {"low": in_words(low, currency), "high": in_words(high, currency)}
    if low is not None:
        return _("from %(low)s") % {"low": in_words(low, currency)}
    return _("up to %(high)s") % {"high": in_words(high, currency)} if high is not None else ""


def bands_of(low: Decimal | None, high: Decimal | None, currency: str) -> list[str]:
    """The bands ("EUR-2") that a range of sums reaches into; none where no sum is stated.

    Sums in different currencies are not compared: no rate of exchange is exact for long.
    """
    if low is None and high is None:
        return []
    least = low or Decimal(0)
    ends = [Decimal(end) for end in BANDS[1:]] + [Decimal("Infinity")]
    return [
        f"{currency}-{place}"
        for place, (begin, end) in enumerate(zip(BANDS, ends, strict=True))
        if least < end and (high is None or high > begin or high == least == begin)
    ]


def band_in_words(code: str) -> str:
    """A band as readers see it: "EUR 10,000 to EUR 100,000"."""
    currency, _dash, place = code.partition("-")
    begin, *end = (Decimal(bound) for bound in BANDS[int(place) : int(place) + 2])
    return range_in_words(begin or None, end[0] if end else None, currency)
