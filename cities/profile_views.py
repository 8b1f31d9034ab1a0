"""Pages by which a city's mayors edit its profile. Whoever is none of them finds nothing here (404)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.membership import State
from accounts.models import User

from . import profile
from .city_page import profile_context
from .models import City, CityProfile, ProfileVersion, Topic, TopicStatement
from .profile import Content, EditedMeanwhile
from .profile_form import ProfileForm

MOST_VERSIONS = 50
FOREVER = "public, max-age=31536000, immutable"


def editable_city(request: HttpRequest, country: str, slug: str) -> City:
    """The city of an address, for those who represent it. Raises Http404 for everybody else."""
    mine = City.objects.filter(mayors__user=User.signed_in(request), mayors__state=State.APPROVED)
    try:
        return mine.distinct().at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """The form; a POST previews or saves what was typed."""
    city = editable_city(request, country, slug)
    now, latest = profile.content_of(city), profile.latest_version(city)
    seen = latest.pk if latest else None
    if request.method != "POST":
        return show(request, city, ProfileForm(content=now), seen)
    seen = number(request.POST.get("seen", ""))
    form = ProfileForm(request.POST, request.FILES, content=now)
    if not form.is_valid():
        return show(request, city, form, seen)
    photo = store_photo(form, request, city, now)
    content = form.typed(photo)
    if request.POST.get("action") == "preview":
        return show(request, city, form, seen, preview=previewed(city, content), uploaded=photo)
    try:
        saved = profile.save(city, content, by=User.signed_in(request), seen=seen)
    except EditedMeanwhile as conflict:
        base = now if seen is None else version_content(city, seen)
        theirs = profile.differences(base, conflict.latest.content, profile.topic_names())
        return show(
            request, city, form, conflict.latest.pk, conflict=conflict.latest, theirs=theirs, uploaded=photo
        )
    if saved is None:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved. The partners are being scored anew."))
    return redirect("desk")


def show(request: HttpRequest, city: City, form: ProfileForm, seen: int | None, **more: Any) -> HttpResponse:
    """The form with what was typed. `uploaded` is a photo that need not be chosen again."""
    context = {"city": city, "form": form, "seen": seen, "uploaded": "", "now": form.content, **more}
    return render(request, "cities/profile_edit.html", context)


def store_photo(form: ProfileForm, request: HttpRequest, city: City, now: Content) -> str:
    """The name of the photo's file: a new one, the one uploaded for a preview, the present one, or none."""
    if form.cleaned_data.get("remove_photo"):
        return ""
    if made := form.cleaned_data["photo"]:
        holder = CityProfile(city=city)
        holder.photo.save("photo.webp", made, save=False)
        request.session[f"photo-{city.pk}"] = holder.photo.name
        return str(holder.photo.name)
    uploaded = request.session.get(f"photo-{city.pk}")
    if uploaded and request.POST.get("uploaded") == uploaded:
        return str(uploaded)
    return str(now["photo"])


def previewed(city: City, content: Content) -> dict[str, Any]:
    """How the city's page would show this content."""
    topics = {topic.code: topic for topic in Topic.objects.all()}
    statements = [
        TopicStatement(city=city, topic=topics[topic], kind=kind, note_en=english, note_uk=ukrainian)
        for kind, stated in content["statements"].items()
        for topic, (english, ukrainian) in stated.items()
    ]
    shown = CityProfile(city=city, **content["profile"])
    return profile_context(city, shown, statements)


def version_content(city: City, seen: int) -> Content:
    """What a version of this city says; what it says now if there is no such version."""
    version = ProfileVersion.objects.filter(city=city, pk=seen).first()
    return version.content if version else profile.content_of(city)


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """All versions with what changed in each; a POST returns to one of them."""
    city = editable_city(request, country, slug)
    versions = list(ProfileVersion.objects.filter(city=city).select_related("by")[: MOST_VERSIONS + 1])
    if request.method == "POST":
        wanted = next((one for one in versions if one.pk == number(request.POST.get("version", ""))), None)
        if wanted is None:
            raise Http404
        seen = number(request.POST.get("seen", ""))
        return return_to(request, city, wanted, seen)
    topics = profile.topic_names()
    steps = [
        (one, profile.differences(before.content, one.content, topics) if before else [])
        for one, before in zip(versions, [*versions[1:], None], strict=False)
    ]
    context = {"city": city, "steps": steps[:MOST_VERSIONS], "seen": versions[0].pk if versions else ""}
    return render(request, "cities/profile_history.html", context)


def return_to(request: HttpRequest, city: City, version: ProfileVersion, seen: int | None) -> HttpResponse:
    """Make the content of a version current again, as a new version."""
    try:
        profile.save(city, version.content, by=User.signed_in(request), seen=seen)
        messages.success(request, _("The profile is as it was then. The partners are being scored anew."))
    except EditedMeanwhile:
        messages.error(request, _("Somebody saved another version meanwhile. Look at it first."))
    return redirect("city-profile-history", city.country_id.lower(), city.slug)


@login_not_required
@require_safe
def photo(request: HttpRequest, country: str, slug: str, name: str) -> FileResponse:
    """The photo that a city shows. Its address changes with it, so it may be kept for ever."""
    shown = (
        CityProfile.objects.filter(city__country=country.upper(), city__slug=slug).exclude(photo="").first()
    )
    if shown is None or shown.photo.name != f"photos/{name}" or not default_storage.exists(shown.photo.name):
        raise Http404
    response = FileResponse(shown.photo.open("rb"), content_type="image/webp")
    response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def number(text: str) -> int | None:
    """A number from a form; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
