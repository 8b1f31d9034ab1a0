"""The state of the portal on one page of the administration."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from .state import sections


def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits, what works, what broke; of that what this person may see."""
    context = {
        **admin.site.each_context(request),
        "title": _("State of the portal"),
        "sections": sections(request),
    }
    return TemplateResponse(request, "admin/dashboard.html", context)
