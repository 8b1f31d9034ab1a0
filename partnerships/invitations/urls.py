"""Addresses of invitations."""

from django.urls import path

from cities import converters  # noqa: F401 - registers itself

from . import answer_views, views

urlpatterns = [
    path("desk/invitations/", views.choose_city, name="invite"),
    path("cities/<country:country>/<slug:slug>/invitations/", views.invitations, name="city-invitations"),
    path(
        "cities/<country:country>/<slug:slug>/invitations/<int:pk>/",
        views.listed,
        name="city-invitations-list",
    ),
    path("invitations/<str:token>/", answer_views.invitation, name="invitation"),
]
