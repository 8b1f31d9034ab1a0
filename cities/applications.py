"""Applying to represent a city or an organisation: choose as what, choose the city, fill in, hand in."""

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.membership import Membership, NotPossible, State
from accounts.models import AuditEntry, User

from .application_forms import ApplicationForm
from .choosing import cities_found
from .filters import search_text
from .kinds import Kind, kind_of, kinds
from .models import City

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_safe
def choose_kind(request: HttpRequest) -> HttpResponse:
    """As what one wants to take part."""
    refuse_unverified(request)
    return render(request, "memberships/choose_kind.html", {"kinds": kinds()})


@require_http_methods(READ_OR_SEND)
def apply(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose the city, then fill in; a POST makes the application, as a draft or handed in."""
    refuse_unverified(request)
    user = User.signed_in(request)
    wanted = kind_or_404(kind)
    city = city_or_none(request.GET.get("city", ""))
    if city is None:
        return choose_city(request, wanted)
    is_draft = request.POST.get("action") != "submit"
    if request.method != "POST":
        form = wanted.form(city=city, user=user, initial={"full_name": user.name})
        if (earlier := form.already()) is not None:
            return explain_earlier(request, earlier)
        return show_form(request, wanted, form)
    form = wanted.form(request.POST, request.FILES, city=city, user=user, is_draft=is_draft)
    if not form.is_valid():
        return show_form(request, wanted, form)
    if (earlier := form.already()) is not None:
        return explain_earlier(request, earlier)
    if not ratelimit.consume(request, action="apply"):
        return ratelimit.respond_429(request)
    try:
        membership = save(form, hand_in=not is_draft)
    except IntegrityError:  # the same form, sent twice at once
        if (earlier := form.already()) is None:
            raise
        return explain_earlier(request, earlier)
    return done(request, membership, is_draft)


@require_http_methods(READ_OR_SEND)
def membership(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One's own application: where it stands, what was said; a draft can be changed and handed in."""
    wanted = kind_or_404(kind)
    mine = wanted.memberships().of(User.signed_in(request)).filter(pk=number).first()
    if mine is None:
        raise Http404
    action = request.POST.get("action", "")
    if request.method == "POST" and action in ("withdraw", "reopen"):
        try:
            getattr(mine, action)()
        except NotPossible as late:
            messages.error(request, late.message)
        return redirect(mine)
    if mine.state != State.DRAFT:
        if request.method == "POST":
            messages.error(request, NotPossible(mine, None).message)
        return show_application(request, wanted, mine)
    form = draft_form(request, wanted, mine)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(form, hand_in=action == "submit")
        except NotPossible as late:
            messages.error(request, late.message)
            return redirect(mine)
        return done(request, saved, is_draft=action != "submit")
    return show_application(request, wanted, mine, form)


def draft_form(request: HttpRequest, kind: Kind, membership: Membership) -> ApplicationForm:
    """The form of a draft: as it was saved, or as it was sent now."""
    city, user = kind.city_of(membership), membership.user
    if request.method != "POST":
        return kind.form(instance=membership, city=city, user=user)
    is_draft = request.POST.get("action") != "submit"
    return kind.form(
        request.POST, request.FILES, instance=membership, city=city, user=user, is_draft=is_draft
    )


def save(form: ApplicationForm, *, hand_in: bool) -> Membership:
    """Save the application and, if wanted, hand it in: both or nothing."""
    with transaction.atomic():
        saved = form.save_draft()
        if hand_in:
            saved.submit()
    return saved


def done(request: HttpRequest, membership: Membership, is_draft: bool) -> HttpResponse:
    """Say what happened and show the application."""
    if is_draft:
        messages.success(
            request, _("Saved. You can go on at any time; nobody looks at it before you hand it in.")
        )
    else:
        messages.success(request, _("Handed in. You will get a letter when it is decided."))
    return redirect(membership)


def explain_earlier(request: HttpRequest, earlier: Membership) -> HttpResponse:
    """A second application for the same leads to the first one."""
    messages.info(
        request,
        _("You have applied for this already. Your application is %(state)s.")
        % {"state": earlier.get_state_display()},
    )
    return redirect(earlier)


def choose_city(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The step before the form: search the directory by any name."""
    q = search_text(request.GET)
    context = {"kind": kind, "q": q, "found": cities_found(q)}
    template = "memberships/cities_found.html" if request.htmx else "memberships/choose_city.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def show_form(request: HttpRequest, kind: Kind, form: ApplicationForm) -> HttpResponse:
    """The form of a new application, with what was typed."""
    return render(request, "memberships/apply.html", {"kind": kind, "form": form, "city": form.city})


def show_application(
    request: HttpRequest, kind: Kind, membership: Membership, form: ApplicationForm | None = None
) -> HttpResponse:
    """The page of one's own application."""
    context = {
        "kind": kind,
        "membership": membership,
        "form": form,
        "city": kind.city_of(membership),
        "history": AuditEntry.of(membership),
    }
    return render(request, "memberships/membership.html", context)


def refuse_unverified(request: HttpRequest) -> None:
    """Only people whose e-mail address is confirmed apply. Raises PermissionDenied."""
    if not EmailAddress.objects.filter(user=request.user, verified=True).exists():
        raise PermissionDenied


def kind_or_404(slug: str) -> Kind:
    """The kind of membership with this word. Raises Http404."""
    try:
        return kind_of(slug)
    except KeyError as error:
        raise Http404 from error


def city_or_none(number: str) -> City | None:
    """The city with this GeoNames id, None for anything that is none."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return City.objects.select_related("country").filter(pk=int(number)).first()
