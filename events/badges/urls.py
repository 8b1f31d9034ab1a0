"""Addresses of badges and of checking in."""

from django.urls import path

from . import check_in_views, views

urlpatterns = [
    path("desk/events/<slug:slug>/badge.pdf", views.badge, name="event-badge"),
    path("desk/events/<slug:slug>/badges/", views.badges, name="event-badges"),
    path("desk/events/<slug:slug>/check-in/", check_in_views.search, name="event-check-in"),
    path("desk/events/<slug:slug>/check-in/<str:code>/", check_in_views.one, name="event-check-in-one"),
]
