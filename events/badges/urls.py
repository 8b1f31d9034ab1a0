"""Addresses of badges and of checking in."""

from django.urls import path

from . import check_in_views, views

urlpatterns = [
    path("desk/events/<slug:slug>/badge/", views.own, name="event-badge"),
    path("desk/events/<slug:slug>/badge.pdf", views.own_file, name="event-badge-file"),
    path("desk/events/<slug:slug>/badges/", views.of_all, name="event-badges"),
    path("desk/events/<slug:slug>/badges.pdf", views.file_of_all, name="event-badges-file"),
    path("desk/events/<slug:slug>/check-in/", check_in_views.search, name="event-check-in"),
    path("desk/events/<slug:slug>/check-in/<str:code>/", check_in_views.one, name="event-check-in-one"),
]
