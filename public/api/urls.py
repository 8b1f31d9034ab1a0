"""Addresses of the API for programs: the same in every language."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from . import views
from .api import api

app_name = "api-v1"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("dumps/<str:day>/<str:name>", views.dump, name="dump"),
    *(one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"),
]
for _one in urlpatterns:
    assert _one.callback is not None
    login_not_required(_one.callback)
