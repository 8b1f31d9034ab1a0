"""Addresses of the transparency page."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.transparency, name="transparency"),
    path("<slug:code>.csv", views.table, name="transparency-table"),
]
