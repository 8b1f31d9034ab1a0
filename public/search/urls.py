"""Addresses of the search for everything."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.search_all, name="search-all"),
    path("suggestions/", views.suggestions, name="search-suggestions"),
]
