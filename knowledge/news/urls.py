"""Addresses of the news."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.news, name="news"),
    path("feed.atom", views.feed, name="news-feed"),
    path("pictures/<slug:name>.webp", views.picture, name="article-picture"),
    path("<slug:slug>/", views.article, name="article"),
]
