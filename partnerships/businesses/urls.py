"""Addresses of businesses."""

from django.urls import path

from . import profile_views, views

urlpatterns = [
    path("", views.businesses, name="businesses"),
    path("<slug:slug>/", views.business, name="business"),
    path("<slug:slug>/profile/", profile_views.BusinessEdit.as_view(), name="business-profile"),
    path(
        "<slug:slug>/profile/history/",
        profile_views.BusinessHistory.as_view(),
        name="business-profile-history",
    ),
]
