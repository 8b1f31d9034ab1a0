"""What the portal is, its rules, and the way to write to its administrators."""

from __future__ import annotations

from datetime import timedelta

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import deletion, digests, forgetting, letters
from cities.directory import reader_language
from cities.models import CityProfile
from cities.page_cache import public_page
from events.models import GuestInvitation
from knowledge.models import ContactMessage
from partnerships.models import BusinessImport, BusinessInvitation, CityInvitation, Paper
from projects.models import ProjectImport

from . import receiving
from .figures import by_objective
from .forms import ContactForm

EVERYBODY = "everybody"
TOO_MANY = 429
SECURITY_VALID = timedelta(days=180)


@login_not_required
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """The memorandum, its objectives with what the portal does for each, and who stands behind it."""
    has_demonstration = CityProfile.objects.filter(is_demonstration=True).exists()
    context = {"figures": by_objective(), "has_demonstration": has_demonstration}
    return render(request, "about/about.html", context)


@login_not_required
@public_page
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of use."""
    return render(request, "about/rules.html")


@login_not_required
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, and for how long: the periods are those that the code keeps."""
    kept = {
        "grace": deletion.GRACE,
        "unconfirmed": forgetting.UNCONFIRMED_KEPT,
        "evidence": forgetting.EVIDENCE_KEPT,
        "edits": forgetting.LOG_KEPT,
        "letters": letters.KEPT,
        "notifications": digests.KEPT,
        "invitations": BusinessInvitation.ADDRESS_KEPT,
        "city_invitations": CityInvitation.ADDRESS_KEPT,
        "guests": GuestInvitation.KEPT,
        "lists": BusinessImport.KEPT,
        "project_lists": ProjectImport.KEPT,
        "papers": Paper.KEPT,
        "contact": ContactMessage.KEPT,
        "session": timedelta(seconds=settings.SESSION_COOKIE_AGE),
        "form": timedelta(seconds=settings.CSRF_COOKIE_AGE or 0),
    }
    days = {name: period.days for name, period in kept.items()}
    return render(request, "about/privacy.html", {"days": days})


@login_not_required
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "about/accessibility.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The form to the administrators. What was typed stays, whatever is wrong with it."""
    form = ContactForm(request.POST if request.method == "POST" else None, initial=_known(request))
    status = 200
    if form.is_valid():
        if not ratelimit.consume(request, action="contact", key=EVERYBODY):
            form.add_error(None, _("Too many messages have come in. Please try again in some hours."))
            status = TOO_MANY
        elif receiving.receive(_message(request, form)):
            return redirect("contact-sent")
        else:
            form.add_error(
                "message", _("We have this message already: the same words came within the last day.")
            )
    context = {"form": form, "days": ContactMessage.KEPT.days}
    return render(request, "about/contact.html", context, status=status)


def _known(request: HttpRequest) -> dict[str, str]:
    """What the form begins with: who is signed in, and the subject that a link names."""
    known = {"subject": request.GET.get("about", "")}
    if request.user.is_authenticated:
        known |= {"name": request.user.name, "email": request.user.email}
    return known


def _message(request: HttpRequest, form: ContactForm) -> ContactMessage:
    message: ContactMessage = form.save(commit=False)
    message.language = reader_language()
    message.user = request.user if request.user.is_authenticated else None
    return message


@login_not_required
@public_page
def sent(request: HttpRequest) -> HttpResponse:
    """What happens with a message that was sent."""
    return render(request, "about/sent.html", {"days": ContactMessage.KEPT.days})


@login_not_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """security.txt (RFC 9116): where a weakness is told of."""
    lines = [
        f"Contact: {letters.link('contact')}?about={ContactMessage.Subject.SECURITY}",
        f"Expires: {date_format(timezone.now() + SECURITY_VALID, 'Y-m-d')}T00:00:00Z",
        "Preferred-Languages: " + ", ".join(code for code, _name in settings.LANGUAGES),
        f"Canonical: {letters.link('security-txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
