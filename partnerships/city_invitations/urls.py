"""Addresses of letters that invite cities."""

from django.urls import path

from . import views

urlpatterns = [
    path("invited/<slug:code>/", views.invited, name="city-invited"),
    path("desk/letters/new/<int:number>/", views.write, name="city-invite"),
    path("desk/letters/<int:number>/", views.letter, name="city-letter"),
    path("desk/letters/<int:number>/pdf/", views.letter_paper, name="city-letter-paper"),
    path("desk/letters/<int:number>/letter.pdf", views.letter_file, name="city-letter-pdf"),
]
