"""Addresses of matching rounds."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("<int:number>/", views.matching_round, name="round"),
]
