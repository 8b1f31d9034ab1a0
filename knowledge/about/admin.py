"""Messages to the administrators: read, answered by e-mail, marked as answered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from knowledge.models import ContactMessage, ContactMessageQuerySet


class IsAnswered(admin.SimpleListFilter):
    """New ones, or those that are answered."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The states in words."""
        return [("new", _("new")), ("answered", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those in the state that was chosen."""
        is_new = {"new": True, "answered": False}.get(self.value() or "")
        return queryset if is_new is None else queryset.filter(answered_at__isnull=is_new)


@admin.register(ContactMessage)
class ContactMessageAdmin(admin.ModelAdmin):
    """What was written on the contact page. Nobody changes it; who has answered it says so."""

    is_queue = True
    list_display = ("subject", "name", "at", "waits_for", "answered_at", "answered_by")
    list_filter = (IsAnswered, "subject", "language")
    list_select_related = ("answered_by",)
    search_fields = ("name", "email", "message")
    date_hierarchy = "at"
    actions = ("mark_answered",)
    fields = (
        *("subject", "name", "write_back", "message", "at", "language", "user"),
        *("answered_at", "answered_by", "erased_on"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come from the contact page."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.fields

    @admin.display(description=_("days"))
    def waits_for(self, message: ContactMessage) -> int | str:
        """For how many days it waits; nothing once it is answered."""
        return "" if message.answered_at else message.waiting_days

    @admin.display(description=_("e-mail"))
    def write_back(self, message: ContactMessage) -> str:
        """A link that opens a letter to the writer."""
        return format_html('<a href="mailto:{}">{}</a>', message.email, message.email)

    @admin.display(description=_("is erased on"))
    def erased_on(self, message: ContactMessage) -> object:
        """The day."""
        return message.erased_on

    @admin.action(description=_("Mark as answered"), permissions=["change"])
    def mark_answered(self, request: HttpRequest, messages: ContactMessageQuerySet) -> None:
        """Note that those chosen are answered."""
        chosen = list(messages)
        for message in chosen:
            message.mark_answered(by=User.signed_in(request))
        said = ngettext("%(count)s message is marked.", "%(count)s messages are marked.", len(chosen))
        self.message_user(request, said % {"count": len(chosen)})
