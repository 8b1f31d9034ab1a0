"""Parts of addresses."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CountryConverter(StringConverter):
    """A country's two letters, small or capital."""

    regex = "[A-Za-z]{2}"


register_converter(CountryConverter, "country")
