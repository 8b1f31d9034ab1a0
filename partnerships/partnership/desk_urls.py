"""Private addresses of partnerships."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.partnerships, name="desk-partnerships"),
    path("<int:number>/", views.partnership, name="desk-partnership"),
    path("<int:number>/memoranda/<int:file>/", views.memorandum, name="desk-partnership-memorandum"),
    path("<int:number>/memorandum/", views.memorandum_paper, name="desk-partnership-paper"),
    path("<int:number>/memorandum.pdf", views.memorandum_draft, name="desk-partnership-draft"),
    path("begin/<int:conversation>/", views.begin_here, name="partnership-begin"),
    path("claim/<int:number>/", views.claim_here, name="partnership-claim"),
]
