"""Addresses of agendas and of the live display."""

from django.urls import path

from . import views

urlpatterns = [
    path("desk/events/<slug:slug>/agenda/", views.agenda, name="event-agenda"),
    path("desk/events/<slug:slug>/agenda.ics", views.calendar, name="event-agenda-ics"),
    path("desk/events/<slug:slug>/agenda/paper/", views.paper, name="event-agenda-paper"),
    path("desk/events/<slug:slug>/agenda.pdf", views.file, name="event-agenda-file"),
    path("desk/events/<slug:slug>/agendas/", views.of_all, name="event-agendas"),
    path("desk/events/<slug:slug>/agendas.pdf", views.file_of_all, name="event-agendas-file"),
    path("events/<slug:slug>/live/", views.display, name="event-live"),
]
