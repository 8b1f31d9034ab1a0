"""Addresses of the city directory."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
