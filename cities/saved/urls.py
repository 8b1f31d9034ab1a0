"""Addresses of saved searches."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.searches, name="searches"),
    path("new/<slug:directory>/", views.save, name="search-new"),
    path("<int:number>/", views.search, name="search"),
]
