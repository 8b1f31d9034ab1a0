"""Public addresses of events."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.events, name="events"),
    path("<slug:slug>/", views.event, name="event"),
    path("<slug:slug>/calendar.ics", views.calendar, name="event-ics"),
    path("<slug:slug>/poster/<str:name>", views.poster, name="event-poster"),
]
