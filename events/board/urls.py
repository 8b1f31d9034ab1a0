"""Addresses of the organisers' schedule."""

from django.urls import path

from . import views

urlpatterns = [
    path("<slug:slug>/schedule/", views.schedule, name="event-schedule"),
    path("<slug:slug>/board/", views.board, name="event-board"),
    path("<slug:slug>/board/<int:number>/", views.meeting, name="event-meeting"),
]
