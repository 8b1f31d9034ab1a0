"""The address of the map of everything."""

from django.urls import path

from . import views

urlpatterns = [path("", views.atlas, name="map")]
