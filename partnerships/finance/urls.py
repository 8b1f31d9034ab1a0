"""Addresses of financial partners."""

from django.urls import path

from . import profile_views, views

urlpatterns = [
    path("", views.partners, name="financial-partners"),
    path("<slug:slug>/", views.partner, name="financial-partner"),
    path("<slug:slug>/profile/", profile_views.FinancialEdit.as_view(), name="financial-partner-profile"),
    path(
        "<slug:slug>/profile/history/",
        profile_views.FinancialHistory.as_view(),
        name="financial-partner-profile-history",
    ),
]
