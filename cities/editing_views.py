"""Pages by which a profile is edited: its form with preview, and its history. See `editing`."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User

from .editing import Content, EditedMeanwhile, ProfileEditing
from .statement_form import StatementForm

MOST_VERSIONS = 50


class ProfilePages(View):
    """What the form and the history of one kind of profile share. Arguments are those of the address."""

    http_method_names = ["get", "head", "post"]
    editing: ClassVar[ProfileEditing]
    folder: ClassVar[str]
    """The folder of templates with profile_edit.html, which extends profiles/edit.html."""

    def subject(self, **address: str) -> Any:
        """The subject of an address, for those who may edit it. Raises Http404 for everybody else."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **address: str) -> Any:
        """Answer those who may edit only."""
        self.edited = self.subject(**address)
        return super().dispatch(request)

    def show(self, template: str, **context: Any) -> HttpResponse:
        """A template, which gets `subject` and its `name`."""
        subject = {"subject": self.edited, "name": str(self.edited)}
        return render(self.request, template, subject | context)


class ProfileEdit(ProfilePages):
    """The form; a POST previews or saves what was typed."""

    form_class: ClassVar[type[StatementForm]]
    saved: ClassVar[Any]
    """What is said when a version was saved."""

    def previewed(self, content: Content) -> dict[str, Any]:
        """What the preview's template needs to show this content as the subject's page would."""
        raise NotImplementedError

    def typed(self, form: StatementForm, now: Content) -> Content:
        """The content that a valid form means."""
        return form.typed()

    def after(self) -> HttpResponseRedirect:
        """Where a saved form leads."""
        return redirect("desk")

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form with what is said now."""
        latest = self.editing.latest_version(self.edited)
        form = self.form_class(content=self.editing.content_of(self.edited))
        return self.form(form, latest.pk if latest else None)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Preview or save; what was typed is shown again where it cannot be saved."""
        now, seen = self.editing.content_of(self.edited), number(request.POST.get("seen", ""))
        form = self.form_class(request.POST, request.FILES, content=now)
        if not form.is_valid():
            return self.form(form, seen)
        content = self.typed(form, now)
        if request.POST.get("action") == "preview":
            return self.form(form, seen, content, preview=self.previewed(content))
        try:
            saved = self.editing.save(self.edited, content, by=User.signed_in(request), seen=seen)
        except EditedMeanwhile as conflict:
            base = now if seen is None else self.editing.version_content(self.edited, seen)
            theirs = self.editing.differences(base, conflict.latest.content)
            return self.form(form, conflict.latest.pk, content, conflict=conflict.latest, theirs=theirs)
        if saved is None:
            messages.info(request, _("Nothing was changed."))
        else:
            messages.success(request, self.saved)
        return self.after()

    def form(
        self, form: StatementForm, seen: int | None, typed: Content | None = None, **more: Any
    ) -> HttpResponse:
        """The form with what was typed, `typed` if it was valid."""
        return self.show(f"{self.folder}/profile_edit.html", form=form, seen=seen, typed=typed, **more)


class ProfileHistory(ProfilePages):
    """All versions with what changed in each; a POST returns to one of them."""

    returned: ClassVar[Any]
    """What is said when a version was returned to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The versions, the latest first."""
        versions = list(self.editing.versions_of(self.edited)[: MOST_VERSIONS + 1])
        names = self.editing.items()
        steps = [
            (one, self.editing.differences(before.content, one.content, names) if before else [])
            for one, before in zip(versions, [*versions[1:], None], strict=False)
        ]
        return self.show(
            "profiles/history.html", steps=steps[:MOST_VERSIONS], seen=versions[0].pk if versions else ""
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the content of a version current again, as a new version."""
        wanted = self.editing.versions_of(self.edited).filter(pk=number(request.POST.get("version", "")))
        version = wanted.first()
        if version is None:
            raise Http404
        seen = number(request.POST.get("seen", ""))
        try:
            self.editing.save(self.edited, version.content, by=User.signed_in(request), seen=seen)
            messages.success(request, self.returned)
        except EditedMeanwhile:
            messages.error(request, _("Somebody saved another version meanwhile. Look at it first."))
        return redirect(request.path)


def number(text: str) -> int | None:
    """A number from a form; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
