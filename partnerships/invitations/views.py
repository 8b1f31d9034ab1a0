"""Pages of mayors who invite businesses of their city, and of administrators who do it for any city."""

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.membership import State
from accounts.models import User
from cities.choosing import cities_found
from cities.editing_views import number
from cities.filters import search_text
from cities.listing import grouped
from cities.models import City
from cities.spreadsheets import TYPES, left_out

from .checking import Row, Verdict, check, counts
from .columns import COLUMNS
from .forms import ListForm
from .inviting import confirm, tell_the_worker
from .models import BusinessImport, BusinessInvitation, NotPossible

INVITATIONS_A_PAGE = 100
LISTS_SHOWN = 5
READ_OR_SEND = ["GET", "HEAD", "POST"]


def may_invite_for_all(user: User) -> bool:
    """Whether a person administers invitations, with a second factor as everywhere in the administration."""
    has_right = user.is_staff and user.has_perm("partnerships.add_businessinvitation")
    return has_right and is_mfa_enabled(user)


@require_safe
def choose_city(request: HttpRequest) -> HttpResponse:
    """Whose businesses to invite: the cities one represents; administrators search for any."""
    user = User.signed_in(request)
    mine = list(_cities_of(user))
    is_admin = may_invite_for_all(user)
    if not mine and not is_admin:
        raise Http404
    q = search_text(request.GET) if is_admin else ""
    context = {"mine": mine, "is_admin": is_admin, "q": q, "found": cities_found(q)}
    return render(request, "invitations/choose_city.html", context)


@require_http_methods(READ_OR_SEND)
def invitations(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """The invitations of a city with their states, and the form for a list of more."""
    city = _city_or_404(request, country, slug)
    if (file_format := request.GET.get("format", "")) in TYPES:
        return COLUMNS.template_file("businesses-to-invite", file_format)
    if request.POST.get("action"):
        return _change(request, city)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="invite"):
            return ratelimit.respond_429(request)
        return redirect(_keep(form, city, User.signed_in(request)))
    return render(request, "invitations/city.html", _of_city(request, city, form))


def _of_city(request: HttpRequest, city: City, form: ListForm) -> dict[str, Any]:
    found = BusinessInvitation.objects.filter(city=city).select_related("membership__organisation")
    state = request.GET.get("state", "")
    if state in BusinessInvitation.State:
        found = found.filter(state=state)
    lists = BusinessImport.objects.filter(city=city, by=User.signed_in(request)).select_related("city")
    return {
        "city": city,
        "form": form,
        "columns": COLUMNS,
        "page": Paginator(found, INVITATIONS_A_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": BusinessInvitation.State.choices,
        "lists": lists.defer("rows")[:LISTS_SHOWN],
    }


def _keep(form: ListForm, city: City, user: User) -> BusinessImport:
    return BusinessImport.objects.create(
        city=city,
        by=user,
        file_name=form.cleaned_data["file"].name[:150],
        headings=form.table.headings,
        rows=form.table.rows,
    )


def _change(request: HttpRequest, city: City) -> HttpResponse:
    """Send one invitation again, or withdraw it; anything else changes nothing."""
    action, _space, pk = request.POST["action"].partition(" ")
    if action not in ("again", "withdraw"):
        return redirect(request.get_full_path())
    invitation = get_object_or_404(BusinessInvitation, city=city, pk=number(pk) or 0)
    by = User.signed_in(request)
    try:
        match action:
            case "again":
                invitation.send_again(by=by)
                tell_the_worker()
                messages.success(request, _("Another letter is on its way."))
            case "withdraw":
                invitation.withdraw(by=by)
                messages.success(request, _("Withdrawn. The link in the letter opens nothing any more."))
    except NotPossible as refused:
        messages.error(request, str(refused))
    return redirect(request.get_full_path())


@require_http_methods(READ_OR_SEND)
def listed(request: HttpRequest, country: str, slug: str, pk: int) -> HttpResponseBase:
    """What a list would do, row by row; a POST invites, or forgets the list."""
    city, user = _city_or_404(request, country, slug), User.signed_in(request)
    at_hand = get_object_or_404(
        BusinessImport.objects.select_related("city", "by"), city=city, by=user, pk=pk
    )
    if request.method == "POST":
        return _decide(request, at_hand)
    rows = check(at_hand)
    if request.GET.get("format") == "csv":
        return _left_out(at_hand, rows)
    context = {
        "city": city,
        "list": at_hand,
        "rows": rows,
        "counts": counts(rows),
        "new": sum(row.verdict == Verdict.NEW for row in rows),
        "similar": sum(row.verdict == Verdict.SIMILAR for row in rows),
        "unused": COLUMNS.unused(at_hand.headings),
    }
    return render(request, "invitations/list.html", context)


def _decide(request: HttpRequest, at_hand: BusinessImport) -> HttpResponse:
    here = redirect("city-invitations", at_hand.city.country_id.lower(), at_hand.city.slug)
    if request.POST.get("action") == "forget":
        at_hand.delete()
        messages.info(request, _("The list is forgotten."))
        return here
    if request.POST.get("action") != "invite":
        return redirect(at_hand)
    try:
        invited = confirm(at_hand, {int(one) for one in request.POST.getlist("also") if number(one)})
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect(at_hand)
    if invited:
        text = ngettext(
            "%(count)s business is invited; the letter is on its way.",
            "%(count)s businesses are invited; the letters are on their way.",
            invited,
        )
        messages.success(request, text % {"count": grouped(invited)})
    else:
        messages.info(request, _("Nobody more was invited."))
    return here


def _left_out(at_hand: BusinessImport, rows: list[Row]) -> HttpResponseBase:
    """The rows that would not be invited, with the reasons."""
    reasons = (
        (row.cells, "; ".join(row.error_texts) or str(row.verdict.label))
        for row in rows
        if row.verdict != Verdict.NEW
    )
    return left_out("not-invited", at_hand.headings, reasons)


def _cities_of(user: User) -> Any:
    return City.objects.filter(mayors__user=user, mayors__state=State.APPROVED).distinct()


def _city_or_404(request: HttpRequest, country: str, slug: str) -> City:
    """The city of an address, for those who may invite in its name. Raises Http404 for everybody else."""
    user = User.signed_in(request)
    try:
        return (City.objects.all() if may_invite_for_all(user) else _cities_of(user)).at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error
