"""Users, the audit log and letters in the administration. Memberships are decided in `review`."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin, ImportExportModelAdmin

from .models import AUDITED, AuditEntry, BouncingAddress, Letter, User
from .resources import FileResource


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts by e-mail."""

    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "date_joined"]
    search_fields = ["email", "name"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        (
            _("Permissions"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]})
    ]


class Chosen(AutocompleteSelect):
    """A choice found by typing; what is no key at all is shown as nothing chosen, beside its error."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """The choices of a form sent back; Django's own look up anything as a key (ValueError)."""
        return super().optgroups(name, [one for one in value if one.isdecimal() and len(one) < 19], attrs)


class ChosenSeveral(Chosen, AutocompleteSelectMultiple):
    """Several of them."""


class ListForm(forms.ModelForm):
    """A form with fields for lists. Django formats their errors twice: a percent sign would break that."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors; those of items of lists as the words they are by now."""
        listed = getattr(error, "error_dict", {"": getattr(error, "error_list", [])})
        for one in chain.from_iterable(listed.values()):
            if one.code == "item_invalid":
                one.message, one.params = str(one.message), None
        super().add_error(field, error)


class ChoosingAdmin(admin.ModelAdmin):
    """Its `autocomplete_fields`, and its lists, take anything that may be sent."""

    form = ListForm

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            more["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **more)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            more["widget"] = ChosenSeveral(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **more)


class ExportOfList(ExportMixin):
    """A file of what a list shows. Filters that mean nothing are left out, as the list leaves them out."""

    def export_action(self, request: HttpRequest) -> Any:
        """The form, or the file."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(request.path)


class FilesAdmin(ExportOfList, ImportExportModelAdmin, ChoosingAdmin):
    """Rows that go in and out as files."""


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at, not to change."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DoneFilter(admin.SimpleListFilter):
    """By what was done, in words; what was never done is not offered."""

    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        codes = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(code, AUDITED.get(code, code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class AuditResource(FileResource):
    """An audit entry as a row of a file."""

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "actor__email",
            "action",
            "content_type__model",
            "object_id",
            "about",
            "details",
        ]


@admin.register(AuditEntry)
class AuditEntryAdmin(ExportOfList, ReadOnlyAdmin):
    """Who did what, when: to read, filter and export."""

    resource_classes = [AuditResource]
    list_display = ["at", "actor", "done", "about", "content_type"]
    list_filter = [DoneFilter, ("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["actor", "content_type"]
    search_fields = ["about", "actor__email", "actor__name"]
    date_hierarchy = "at"

    @admin.display(description=_("what"), ordering="action")
    def done(self, entry: AuditEntry) -> str:
        """In words."""
        return entry.done

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may read the log may take it along."""
        return self.has_view_permission(request)


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """What was written, what was sent, what could not be."""

    list_display = ["written_at", "to", "subject", "state", "attempts", "sent_at", "error"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    fields = ["to", "subject", "state", "attempts", "written_at", "not_before", "sent_at", "error"]


@admin.register(BouncingAddress)
class BouncingAddressAdmin(ReadOnlyAdmin):
    """Whom no letter reaches; removed where somebody is known to be there after all."""

    list_display = ["address", "since", "reason"]
    search_fields = ["address", "reason"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
