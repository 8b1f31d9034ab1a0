"""Addresses of open data: permanent, and the same in every language."""

from django.urls import path

from . import views

urlpatterns = [
    path("oc4ids.json", views.everything, name="open-data-oc4ids"),
    path("projects/<slug:slug>.json", views.one, name="open-data-project"),
    path("projects.geojson", views.places, name="open-data-geojson"),
    path("projects.csv", views.spreadsheet, name="open-data-csv"),
]
