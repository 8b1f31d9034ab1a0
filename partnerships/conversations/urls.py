"""Addresses of conversations."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.conversations, name="conversations"),
    path("<int:number>/", views.conversation, name="conversation"),
    path("<int:number>/files/<int:file>/", views.attachment, name="conversation-file"),
]
