"""Addresses of the pages about the API."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.about, name="api"),
    path("dumps/", views.dumps, name="dumps"),
]
