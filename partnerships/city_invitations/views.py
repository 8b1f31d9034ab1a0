"""Pages of letters that invite cities: writing one, the letter itself, and what its link opens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cities.models import City
from partnerships.interests.addressing import Addressed, sides_of
from partnerships.interests.models import NotPossible, Party
from partnerships.interests.views import not_yet
from partnerships.invitations.open_here import OF_CITIES
from partnerships.papers.pages import paper_file, paper_page

from .forms import SEND, LetterForm
from .inviting import AlreadyWritten, draft, invite, on_paper, worded
from .models import CityInvitation

UKRAINE = "UA"
READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def write(request: HttpRequest, number: int) -> HttpResponse:
    """See the letter in both languages, then send or print it."""
    user = User.signed_in(request)
    city = get_object_or_404(City.objects.select_related("country"), pk=number)
    mine = [one for one in sides_of(user) if one.one != city]
    if not mine:
        return not_yet(request, Addressed(city))
    if city.mayors.approved().exists():
        return redirect("interest-new", "city", city.pk)
    first = "uk" if city.country_id == UKRAINE else "en"
    data = request.POST if request.method == "POST" else None
    form = LetterForm(data, mine=mine, initial={"language": first})
    if form.is_valid() and request.POST.get("action") in (SEND, "print"):
        try:
            return _written(request, form, city)
        except AlreadyWritten as late:
            messages.info(request, str(late))
            return redirect(late.invitation)
        except NotPossible as late:
            form.add_error(None, str(late))
    said = getattr(form, "cleaned_data", {})
    sender, language = said.get("sender") or mine[0], said.get("language") or first
    context = {
        "city": city,
        "form": form,
        "words": worded(draft(sender, city, by=user, language=language)),
        "earlier": CityInvitation.objects.named().seen_by(user).filter(city=city),
        "has_choice": len(mine) > 1,
    }
    return render(request, "city_invitations/write.html", context)


def _written(request: HttpRequest, form: LetterForm, city: City) -> HttpResponse:
    """Keep the letter, send it if that was asked for, and show it. Raises NotPossible."""
    said = form.cleaned_data
    address = said["email"] if request.POST["action"] == SEND else ""
    sender: Party = said["sender"]
    made = invite(sender, city, by=User.signed_in(request), language=said["language"], email=address)
    if address:
        messages.success(request, _("Your letter is on its way to %(address)s.") % {"address": address})
    else:
        text = _("Your letter is ready: print this page with your browser, or make a PDF of it.")
        messages.success(request, text)
    return redirect(made)


@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """A letter of one of one's sides, to be printed, and what came of it."""
    found = mine_or_404(request, number)
    return render(request, "city_invitations/letter.html", {"invitation": found, "words": worded(found)})


@require_http_methods(READ_OR_SEND)
def letter_paper(request: HttpRequest, number: int) -> HttpResponse:
    """How far the PDF of a letter is; a POST asks for it."""
    found = mine_or_404(request, number)
    return paper_page(
        request,
        on_paper(found),
        title=_("Letter of invitation as PDF: %(city)s") % {"city": found.city.display_name},
        file=reverse("city-letter-pdf", args=[number]),
        back=found.get_absolute_url(),
        back_to=_("Letter of invitation"),
    )


@require_safe
def letter_file(request: HttpRequest, number: int) -> HttpResponse:
    """A letter as PDF, each language on a page of its own."""
    document = on_paper(mine_or_404(request, number))
    return paper_file(document, page=reverse("city-letter-paper", args=[number]))


def mine_or_404(request: HttpRequest, number: int) -> CityInvitation:
    """A letter of one of one's sides. Raises Http404 for others'."""
    mine = CityInvitation.objects.named().seen_by(User.signed_in(request))
    return get_object_or_404(mine, pk=number)


@login_not_required
@never_cache
@require_http_methods(READ_OR_SEND)
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """Who invites the city, and why: from here one applies to speak for it, or wants no more letters."""
    found = CityInvitation.objects.at(code)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _declined(request, found)
    if request.method == "GET":
        found.note_opened()
        if found.is_open:
            OF_CITIES.remember(request, code)
    response = render(request, "city_invitations/invited.html", {"invitation": found})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _declined(request: HttpRequest, found: CityInvitation) -> HttpResponse:
    if request.POST.get("action") == "decline":
        try:
            found.decline()
        except NotPossible as late:
            messages.error(request, str(late))
        else:
            messages.success(request, _("Noted: you get no more such letters."))
    return redirect(request.path)
