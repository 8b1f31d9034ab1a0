"""Events in the administration: all of them, drafts too, and who organises them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """What has pages of its own (programme, tables, slots) is edited there."""

    list_display = [
        "title",
        "starts_at",
        "format",
        "city",
        "capacity",
        "shown",
        "published_at",
        "is_demonstration",
    ]
    list_filter = [
        ("published_at", admin.EmptyFieldListFilter),
        "format",
        "shown",
        "is_demonstration",
        ("city__country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["city"]
    search_fields = ["title_en", "title_uk", "slug", "city__name", "city__name_uk"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["city", "organisers"]
    fields = [
        *("title_en", "title_uk", "format", "city", "place_en", "place_uk"),
        *("time_zone", "starts_at", "ends_at", "capacity", "organisers", "is_demonstration"),
        *("slug", "shown", "published_at", "created_by", "version"),
    ]
    CHECKED = ["format", "time_zone", "starts_at", "ends_at", "capacity"]
    readonly_fields = ["slug", "shown", "published_at", "created_by", "version"]

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """What the pages of an event check against its places, slots and meetings is edited there."""
        return [*self.readonly_fields, *(self.CHECKED if obj else [])]

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        """With who made it, and counted."""
        if change:
            obj.version += 1
        else:
            obj.created_by = User.signed_in(request)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, event: Event) -> str:
        """In the reader's language."""
        return event.title

    def view_on_site(self, obj: Any) -> str:
        """Its page."""
        return str(obj.get_absolute_url())
