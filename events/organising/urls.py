"""Addresses at which events are made and edited."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.new, name="event-new"),
    path("<slug:slug>/edit/", views.overview, name="event-edit"),
    path("<slug:slug>/edit/<str:code>/", views.section, name="event-section"),
    path("<slug:slug>/edit/<str:code>/<int:number>/", views.part, name="event-part"),
    path("<slug:slug>/edit/<str:code>/new/", views.part, name="event-part-new"),
]
