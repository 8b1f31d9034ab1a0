"""Addresses of what the portal says of itself."""

from django.urls import path

from . import views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("about/rules/", views.rules, name="about-rules"),
    path("about/privacy/", views.privacy, name="about-privacy"),
    path("about/accessibility/", views.accessibility, name="about-accessibility"),
    path("contact/", views.contact, name="contact"),
    path("contact/sent/", views.sent, name="contact-sent"),
]
