"""Addresses of the city directory."""

from django.urls import path

from . import converters, profile_views, views  # noqa: F401 - converters registers itself

urlpatterns = [
    path("", views.cities, name="cities"),
    path("<country:country>/<slug:slug>/", views.city, name="city"),
    path("<country:country>/<slug:slug>/profile/", profile_views.edit, name="city-profile"),
    path(
        "<country:country>/<slug:slug>/profile/history/", profile_views.history, name="city-profile-history"
    ),
    path("<country:country>/<slug:slug>/photo/<str:name>", profile_views.photo, name="city-photo"),
]
