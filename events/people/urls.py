"""Addresses of the people of an event."""

from django.urls import path

from . import views

urlpatterns = [path("desk/events/<slug:slug>/people/", views.people, name="event-people")]
