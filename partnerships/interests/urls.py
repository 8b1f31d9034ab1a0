"""Addresses of expressions of interest."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.interests, name="interests"),
    path("new/<slug:kind>/<str:key>/", views.write, name="interest-new"),
    path("<int:number>/", views.interest, name="interest"),
    path("<int:number>/block/", views.block, name="interest-block"),
    path("<int:number>/report/", views.report, name="interest-report"),
]
