"""Amounts of money as people write and read them."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cities.directory import reader_language

NO_BREAK = "\u00a0"
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
WRITTEN = re.compile(r"^(-?)(\d+|\d{1,3}(?:(?P<group>[.,])\d{3})(?:(?P=group)\d{3})*)(?:([.,])(\d{1,2}))?$")


def amount_in_figures(amount: Decimal) -> str:
    """An amount without its currency in the reader's language; cents only where there are some."""
    is_whole = amount == amount.to_integral_value()
    return str(format_decimal(amount, "#,##0" if is_whole else "#,##0.00", locale=reader_language()))


def amount_in_words(amount: Decimal, currency: str) -> str:
    """An amount with its currency in the reader's language."""
    language, number = reader_language(), amount_in_figures(amount)
    symbol = get_currency_symbol(currency, language)
    if language == "uk":
        return f"{number}{NO_BREAK}{symbol}"
    return f"{symbol}{NO_BREAK if symbol[-1].isalpha() else ''}{number}"


def read_amount(text: str) -> Decimal:
    """The amount that a text means: "1 234,50", "1,234.50", "1234.5". Raises ValidationError.

    A lone group of three digits, as in "1,234", may mean two things and is refused.
    """
    bare = text.translate(SPACES)
    found = WRITTEN.match(bare)
    if not found:
        raise ValidationError(_("This is no amount. Write it as 1 234 567.89."), code="no-amount")
    sign, whole, group, point, cents = found.groups()
    if group and (point == group or (point is None and whole.count(group) == 1)):
        raise ValidationError(
            _("It is not clear where the decimal point is. Write it as 1 234 567.89."), code="unclear"
        )
    digits = whole.replace(group, "") if group else whole
    return Decimal(f"{sign}{digits}.{cents or '0'}")


class AmountField(forms.DecimalField):
    """An amount, written with spaces, with a comma or a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"})

    def to_python(self, value: Any) -> Any:
        """The decimal; None for nothing. Raises ValidationError."""
        if isinstance(value, str) and value.strip():
            value = read_amount(value.strip()[:40])
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """The amount as it is written in the reader's language, with spaces between thousands."""
        if isinstance(value, Decimal):
            text = format_decimal(value, "#,##0.00", locale="uk")
            return text if reader_language() == "uk" else text.replace(",", ".")
        return value
