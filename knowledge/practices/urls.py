"""Addresses of practices."""

from django.urls import path

from cities import converters  # noqa: F401 - registers itself

from . import desk_views, views

urlpatterns = [
    path("practices/", views.practices, name="practices"),
    path("practices/<slug:slug>/", views.practice, name="practice"),
    path("practices/<slug:slug>/ask/", views.ask, name="practice-ask"),
    path("practices/<slug:slug>/documents/<int:number>/", views.document, name="practice-document"),
    path("desk/practices/", desk_views.desk, name="desk-practices"),
    path("desk/practices/new/<country:country>/<slug:slug>/", desk_views.new, name="practice-new"),
    path("desk/practices/questions/<int:pk>/", desk_views.answer, name="practice-answer"),
    path("desk/practices/<slug:slug>/", desk_views.overview, name="practice-edit"),
    path("desk/practices/<slug:slug>/adopt/", desk_views.adopt, name="practice-adopt"),
    path("desk/practices/<slug:slug>/<slug:code>/", desk_views.edit, name="practice-section"),
]
