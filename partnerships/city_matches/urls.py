"""Addresses of matches."""

from django.urls import path

from cities import converters  # noqa: F401 - registers itself
from partnerships.businesses import match_views

from . import pair_views, views

urlpatterns = [
    path("<country:country>/<slug:slug>/matches/", views.city_matches, name="city-matches"),
    path("<country:country>/<slug:slug>/businesses/", match_views.city_trade, name="city-trade"),
    path("<country:country>/<slug:slug>/compare/", pair_views.compare, name="city-compare"),
    path(
        "<country:country>/<slug:slug>/matches/<country:other_country>/<slug:other_slug>/",
        pair_views.city_pair,
        name="city-pair",
    ),
]
