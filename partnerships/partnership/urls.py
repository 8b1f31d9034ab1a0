"""Public addresses of partnerships."""

from django.urls import path

from . import public_views

urlpatterns = [
    path("", public_views.partnerships, name="partnerships"),
    path("<int:number>-<slug:slug>/", public_views.partnership, name="partnership"),
]
