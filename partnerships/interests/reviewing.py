"""Expressions of interest and reports in the administration.

What two sides write to each other is theirs: only an open report shows it, and the log says to whom.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.admin import ReadOnlyAdmin
from accounts.downloads import download
from accounts.models import AuditEntry, User
from accounts.review import QueueFilter
from partnerships.conversations.models import Attachment, Conversation, Message

from .learning_page import learning_page
from .models import Interest, NotPossible, Party, Report, named_by

MESSAGES_A_PAGE = 50


class InterestAdmin(ReadOnlyAdmin):
    """Who wrote to whom and what became of it; not what they wrote."""

    list_display = ["__str__", "state", "why", "topic", "sent_at", "answered_at"]
    list_filter = ["state", "why", "sent_at"]
    search_fields = [
        f"{side}__{name}"
        for side in ("sender", "receiver")
        for name in ("city__name", "city__name_uk", "organisation__name")
    ]
    fields = [
        *("sender", "receiver", "topic", "project", "need", "state", "why", "score"),
        *("sent_at", "expires_at", "reminded_at", "answered_at"),
    ]
    view_on_site = False
    change_list_template = "admin/partnerships/interest/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_safe(partial(learning_page, self)))
        return [path("learning/", page, name="partnerships_interest_learning"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interest]:
        return Interest.objects.named()


class WaitingFilter(QueueFilter):
    """Shows open reports unless others are asked for."""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("closed", gettext_lazy("closed")), ("all", gettext_lazy("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


class ClosingForm(forms.Form):
    """What came of a report."""

    note = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Only administrators read it."),
    )


class ReportAdmin(admin.ModelAdmin):
    """The queue of reports, oldest first, and the page of one. Nothing is edited here."""

    is_queue = True
    review_template = "admin/partnerships/report/review.html"
    list_display = ["__str__", "at", "by", "closed_at", "closed_by"]
    list_filter = [WaitingFilter]
    ordering = ["at", "id"]
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.named().order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_read_permission(self, request: HttpRequest) -> bool:
        """Who may read what the two sides of an open report wrote."""
        return request.user.has_perm("partnerships.read_reported")

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(require_safe(self.file))
        return [
            path("<int:number>/files/<int:file>/", file, name="partnerships_report_file"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was reported; to read the two sides, which is logged, or to close it with a note."""
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        if not self.has_view_or_change_permission(request, report):
            raise PermissionDenied
        decision = request.POST.get("decision") if request.method == "POST" else None
        form = ClosingForm(request.POST if decision == "close" else None)
        texts: dict[str, Any] = {}
        try:
            if decision == "read":
                texts = self._read(request, report)
            elif decision == "close" and self._close(request, report, form):
                return HttpResponseRedirect(reverse("admin:partnerships_report_changelist"))
        except NotPossible as late:
            messages.error(request, str(late))
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": str(report),
            "opts": self.opts,
            "report": report,
            "form": form,
            "history": AuditEntry.of(report.interest),
            "may_read": self.has_read_permission(request),
            "may_close": self.has_change_permission(request, report),
            **texts,
        }
        return TemplateResponse(request, self.review_template, context)

    def _read(self, request: HttpRequest, report: Report) -> dict[str, Any]:
        """What the two wrote, and that it was opened goes into the log."""
        if not self.has_read_permission(request):
            raise PermissionDenied
        report.open_texts(by=User.signed_in(request))
        pages = Paginator(_messages(report), MESSAGES_A_PAGE)
        return {"is_read": True, "page": pages.get_page(request.POST.get("page") or pages.num_pages)}

    def _close(self, request: HttpRequest, report: Report, form: ClosingForm) -> bool:
        """Close it if the form is valid and the person is on neither side; whether it was closed."""
        if not self.has_change_permission(request, report):
            raise PermissionDenied
        by, interest = User.signed_in(request), report.interest
        if (
            Party.objects.represented_by(by)
            .filter(pk__in=[interest.sender_id, interest.receiver_id])
            .exists()
        ):
            raise NotPossible(_("You represent one of the two yourself: somebody else has to decide."))
        if not form.is_valid():
            return False
        report.close(by=by, note=form.cleaned_data["note"])
        messages.success(request, _("The report is closed."))
        return True

    def file(self, request: HttpRequest, number: int, file: int) -> HttpResponseBase:
        """A file of the two sides of an open report, to be saved. Noted in the audit log."""
        report = self.get_object(request, str(number))
        if report is None or not report.is_open:
            raise Http404
        if not self.has_read_permission(request):
            raise PermissionDenied
        found = Attachment.objects.filter(pk=file, message__conversation__in=_talk(report)).first()
        if found is None:
            raise Http404
        report.open_file(found.file_name, by=User.signed_in(request))
        return download(found)


def _talk(report: Report) -> QuerySet[Conversation]:
    return Conversation.objects.between(report.interest.sender, report.interest.receiver)


def _messages(report: Report) -> QuerySet[Message]:
    written = Message.objects.filter(conversation__in=_talk(report)).order_by("pk")
    return written.select_related("by", *named_by("party")).prefetch_related("attachments")
