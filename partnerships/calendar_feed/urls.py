"""Addresses of the calendar."""

from django.urls import path

from . import views

urlpatterns = [
    path("desk/calendar/", views.calendar, name="calendar"),
    path("calendar/<str:token>/portal.ics", views.feed, name="calendar-feed"),
]
