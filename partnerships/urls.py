"""Addresses of matches."""

from django.urls import path

from cities import converters  # noqa: F401 - registers itself

from . import views

urlpatterns = [
    path("<country:country>/<slug:slug>/matches/", views.city_matches, name="city-matches"),
]
