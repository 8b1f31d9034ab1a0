"""Addresses of the city directory."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import views


class CountryConverter(StringConverter):
    """A country's two letters, small or capital."""

    regex = "[A-Za-z]{2}"


register_converter(CountryConverter, "country")

urlpatterns = [
    path("", views.cities, name="cities"),
    path("<country:country>/<slug:slug>/", views.city, name="city"),
]
