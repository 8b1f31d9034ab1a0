"""Addresses of one's own account; allauth's follow after these."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("settings/", views.settings, name="account_settings"),
    path("letters-again/", views.letters_again, name="account_letters_again"),
    path("download/", views.download, name="account_download"),
    path("delete/", views.delete, name="account_delete"),
    path("sessions/", include("allauth.usersessions.urls")),
]
