"""Practices in the administration: the queue of what cities handed in, the decisions, what members wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ReadOnlyAdmin
from accounts.models import AuditEntry, User
from accounts.review import QueueFilter
from knowledge.models import Adoption, Practice, PracticeQuestion
from projects.refusals import told_why_not

LONGEST_NOTE = 2000
DECISIONS = {"publish": gettext_lazy("Publish"), "send_back": gettext_lazy("Send back")}


class PracticeQueueFilter(QueueFilter):
    """Shows what waits unless another state is asked for."""

    states = Practice.State


class ChangedFilter(admin.SimpleListFilter):
    """Published ones that their cities changed after the decision."""

    title = gettext_lazy("changed since the decision")
    parameter_name = "changed"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("yes"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.changed_since() if self.value() else queryset


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    """The queue, oldest first. Nothing is edited here, only decided."""

    is_queue = True
    review_template = "admin/knowledge/practice_review.html"
    list_display = ["title", "city", "state", "submitted_at", "waits", "decided_by"]
    list_filter = [PracticeQueueFilter, ChangedFilter, "is_demonstration"]
    list_select_related = ["city", "decided_by"]
    search_fields = ["title_en", "title_uk", "slug", "city__name", "city__name_uk"]
    ordering = ["submitted_at", "id"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """What was handed in once: drafts are their authors' own."""
        return super().get_queryset(request).filter(submitted_at__isnull=False)

    @admin.display(description=gettext_lazy("title"), ordering="title_en")
    def title(self, practice: Practice) -> str:
        """In the reader's language."""
        return practice.title

    @admin.display(description=gettext_lazy("waiting days"), ordering="submitted_at")
    def waits(self, practice: Practice) -> int | None:
        """Days since it was handed in, while it waits."""
        return practice.waiting_days if practice.state == Practice.State.SUBMITTED else None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may decide."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything needed to decide on one practice, and the decision."""
        practice = self.get_object(request, object_id)
        if practice is None:
            raise Http404
        if not self.has_view_or_change_permission(request, practice):
            raise PermissionDenied
        may_decide = self.has_change_permission(request, practice)
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            if self.decide(request, practice):
                return HttpResponseRedirect(self.queue())
            practice = self.get_object(request, object_id)
        return TemplateResponse(request, self.review_template, self.review(request, practice, may_decide))

    def review(self, request: HttpRequest, practice: Any, may_decide: bool) -> dict[str, Any]:
        """What the page of a practice shows."""
        decided_on = {"publish": ["submitted"], "send_back": ["submitted", "published"]}
        texts = {"problem": _("the problem"), "done": _("what was done"), "lessons": _("lessons")}
        return {
            **self.admin_site.each_context(request),
            "title": practice.title,
            "opts": self.opts,
            "practice": practice,
            "texts": [
                (label, getattr(practice, f"{name}_en"), getattr(practice, f"{name}_uk"))
                for name, label in texts.items()
            ],
            "history": AuditEntry.of(practice),
            "decisions": [
                (code, label)
                for code, label in DECISIONS.items()
                if may_decide and practice.state in decided_on[code]
            ],
            "typed": request.POST.get("note", "")[:LONGEST_NOTE],
            "queue": self.queue(),
        }

    def queue(self) -> str:
        """The address of the queue."""
        return reverse("admin:knowledge_practice_changelist")

    def decide(self, request: HttpRequest, practice: Any) -> bool:
        """Do what the form says, and say what happened; whether anything was done."""
        code, by = request.POST.get("decision", ""), User.signed_in(request)
        note = request.POST.get("note", "").replace("\x00", "").strip()
        if code not in DECISIONS:
            messages.error(request, _("Choose a decision."))
            return False
        if code == "send_back" and not note:
            messages.error(request, _("Write the reason: the city reads it."))
            return False
        if len(note) > LONGEST_NOTE:
            messages.error(request, _("The reason is too long: 2,000 characters at most."))
            return False
        with told_why_not(request):
            if code == "publish":
                practice.publish(by=by)
                messages.success(request, _("Published: %(practice)s") % {"practice": practice})
            else:
                practice.send_back(by=by, note=note)
                messages.success(request, _("Sent back: %(practice)s") % {"practice": practice})
            return True
        return False

    def view_on_site(self, obj: Any) -> str:
        """Its page."""
        return str(obj.get_absolute_url())


class RemovableAdmin(ReadOnlyAdmin):
    """To look at, and to remove what should not stand there; administrators only."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(PracticeQuestion)
class PracticeQuestionAdmin(RemovableAdmin):
    """What members asked, and what cities answered."""

    list_display = ["__str__", "practice", "asked_by", "asked_at", "answered_by", "answered_at"]
    list_select_related = ["practice", "asked_by", "answered_by"]
    search_fields = ["text", "answer", "practice__title_en", "practice__title_uk"]
    date_hierarchy = "asked_at"


@admin.register(Adoption)
class AdoptionAdmin(RemovableAdmin):
    """Cities that adopted what others did."""

    list_display = ["city", "practice", "since", "by", "at", "is_demonstration"]
    list_select_related = ["city", "practice", "by"]
    search_fields = ["practice__title_en", "practice__title_uk", "city__name", "city__name_uk"]
