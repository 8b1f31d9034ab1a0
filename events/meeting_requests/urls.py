"""Addresses of the participants of an event and of requests for meetings, below /desk/events/."""

from django.urls import path

from . import views

urlpatterns = [
    path("<slug:slug>/participants/", views.participants, name="event-participants"),
    path("<slug:slug>/participants/<int:number>/", views.participant, name="event-participant"),
    path("<slug:slug>/requests/", views.requests, name="event-requests"),
    path("<slug:slug>/requests/<int:number>/", views.request_page, name="event-request"),
]
