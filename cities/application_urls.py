"""Addresses of applications for membership."""

from django.urls import path

from . import applications

urlpatterns = [
    path("apply/", applications.choose_kind, name="apply"),
    path("apply/<slug:kind>/", applications.apply, name="apply-as"),
    path("<slug:kind>/<int:number>/", applications.membership, name="membership"),
]
