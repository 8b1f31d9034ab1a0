"""Pages by which a city's mayors edit its profile. Whoever is none of them finds nothing here (404)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.membership import State
from accounts.models import User

from .city_page import profile_context
from .editing import Content
from .editing_views import ProfileEdit, ProfileHistory, ProfilePages
from .models import City, CityProfile, Topic
from .photos import photo_file
from .profile import editing
from .profile_form import ProfileForm
from .statement_form import StatementForm


def editable_city(request: HttpRequest, country: str, slug: str) -> City:
    """The city of an address, for those who represent it. Raises Http404 for everybody else."""
    mine = City.objects.filter(mayors__user=User.signed_in(request), mayors__state=State.APPROVED)
    try:
        return mine.distinct().at(country, slug)
    except City.DoesNotExist as error:
        raise Http404 from error


class CityPages(ProfilePages):
    """Pages of those who represent a city."""

    editing, folder = editing, "cities"

    def subject(self, country: str, slug: str) -> City:  # type: ignore[override]
        """The city of an address."""
        return editable_city(self.request, country, slug)


class CityEdit(CityPages, ProfileEdit):
    """The form. A photo that was uploaded for a preview need not be chosen again."""

    form_class = ProfileForm
    saved = _("Saved. The partners are being scored anew.")

    def typed(self, form: StatementForm, now: Content) -> Content:
        """What was typed, with the name of the photo's file, which is stored already."""
        return {**form.typed(), "photo": self._photo(form, now)}

    def _photo(self, form: StatementForm, now: Content) -> str:
        """A new photo's name, that of the one uploaded for a preview, of the present one, or none."""
        if form.cleaned_data.get("remove_photo"):
            return ""
        kept = f"photo-{self.edited.pk}"
        if made := form.cleaned_data["photo"]:
            holder = CityProfile(city=self.edited)
            holder.photo.save("photo.webp", made, save=False)
            self.request.session[kept] = holder.photo.name
            return str(holder.photo.name)
        uploaded = self.request.session.get(kept)
        if uploaded and self.request.POST.get("uploaded") == uploaded:
            return str(uploaded)
        return str(now["photo"])

    def previewed(self, content: Content) -> dict[str, Any]:
        """How the city's page would show this content."""
        topics = {topic.code: topic for topic in Topic.objects.all()}
        statements = editing.statements_of(self.edited, content)
        for one in statements:
            one.topic = topics[one.topic_id]
        return profile_context(self.edited, CityProfile(city=self.edited, **content["profile"]), statements)


class CityHistory(CityPages, ProfileHistory):
    """All versions of a city's profile."""

    returned = _("The profile is as it was then. The partners are being scored anew.")


@login_not_required
@require_safe
def photo(request: HttpRequest, country: str, slug: str, name: str) -> FileResponse:
    """The photo that a city shows. Its address changes with it, so it may be kept for ever."""
    shown = (
        CityProfile.objects.filter(city__country=country.upper(), city__slug=slug).exclude(photo="").first()
    )
    if shown is None or shown.photo.name != f"photos/{name}":
        raise Http404
    return photo_file(shown.photo, is_public=True)
