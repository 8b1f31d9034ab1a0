"""The portal as `make bench-web` serves it: as in production, plus an empty view to compare with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")

import django
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

django.setup()
settings.ROOT_URLCONF = "scripts.bench_app"

from mayors_portal import urls as portal  # noqa: E402 - needs the settings


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """A view that does nothing, behind all the middleware."""
    return HttpResponse("")


urlpatterns = [path("empty", empty), *portal.urlpatterns]
application = WSGIHandler()
