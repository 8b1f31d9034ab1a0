"""Addresses of guests' invitations."""

from django.urls import path

from . import views

urlpatterns = [
    path("desk/events/<slug:slug>/guests/", views.guests, name="event-guests"),
    path("events/invited/<str:token>/", views.invited, name="event-invited"),
]
