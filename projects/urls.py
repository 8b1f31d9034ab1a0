"""Addresses of projects."""

from django.urls import path

from cities import converters  # noqa: F401 - registers itself

from . import edit_views, views
from .importing import views as importing

urlpatterns = [
    path("", views.projects, name="projects"),
    path("new/<country:country>/<slug:slug>/", edit_views.new, name="project-new"),
    path("import/<country:country>/<slug:slug>/", importing.projects_import, name="projects-import"),
    path("import/<country:country>/<slug:slug>/<int:pk>/", importing.listed, name="projects-import-list"),
    path("<slug:slug>/", views.project, name="project"),
    path("<slug:slug>/history/", views.history, name="project-history"),
    path("<slug:slug>/documents/<int:version>/", views.document, name="project-document"),
    path("<slug:slug>/photos/<str:name>", views.photo, name="project-photo"),
    path("<slug:slug>/edit/", edit_views.overview, name="project-edit"),
    path("<slug:slug>/edit/<slug:code>/", edit_views.edit, name="project-section"),
]
