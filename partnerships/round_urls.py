"""Addresses of matching rounds."""

from django.urls import path

from . import round_views

urlpatterns = [
    path("", round_views.rounds, name="rounds"),
    path("<int:number>/", round_views.matching_round, name="round"),
]
