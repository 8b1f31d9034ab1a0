"""Addresses of the city directory."""

from django.urls import path

from . import converters, profile_views, views  # noqa: F401 - converters registers itself

urlpatterns = [
    path("", views.cities, name="cities"),
    path("<country:country>/<slug:slug>/", views.city, name="city"),
    path("<country:country>/<slug:slug>/profile/", profile_views.CityEdit.as_view(), name="city-profile"),
    path(
        "<country:country>/<slug:slug>/profile/history/",
        profile_views.CityHistory.as_view(),
        name="city-profile-history",
    ),
    path("<country:country>/<slug:slug>/photo/<str:name>", profile_views.photo, name="city-photo"),
]
