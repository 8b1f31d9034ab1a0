"""Addresses of the city directory."""

from django.urls import path

from . import converters, views  # noqa: F401 - converters registers itself

urlpatterns = [
    path("", views.cities, name="cities"),
    path("<country:country>/<slug:slug>/", views.city, name="city"),
]
