"""Addresses of notifications."""

from django.urls import path

from . import notification_views as views

urlpatterns = [
    path("desk/notifications/", views.notifications, name="notifications"),
    path("desk/notifications/read/", views.read_all, name="notifications-read"),
    path("desk/notifications/<int:number>/", views.notification, name="notification"),
    path("notifications/bell/", views.bell, name="notifications-bell"),
    path("notifications/off/<str:token>/", views.off, name="notification-off"),
]
