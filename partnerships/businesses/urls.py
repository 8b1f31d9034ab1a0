"""Addresses of businesses."""

from django.urls import path

from . import match_views, profile_views, views

urlpatterns = [
    path("", views.businesses, name="businesses"),
    path("<slug:slug>/", views.business, name="business"),
    path("<slug:slug>/matches/", match_views.business_matches, name="business-matches"),
    path("<slug:slug>/matches/<slug:other>/", match_views.business_pair, name="business-pair"),
    path("<slug:slug>/profile/", profile_views.BusinessEdit.as_view(), name="business-profile"),
    path(
        "<slug:slug>/profile/history/",
        profile_views.BusinessHistory.as_view(),
        name="business-profile-history",
    ),
]
