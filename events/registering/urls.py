"""Addresses of registering for events."""

from django.urls import path

from . import views

urlpatterns = [
    path("events/<slug:slug>/register/", views.registration, name="event-register"),
    path("desk/events/", views.mine, name="desk-events"),
]
