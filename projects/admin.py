"""Projects and their history in the administration: to look at; to archive what should not go on."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from accounts.models import User

from .models import Project, ProjectChange
from .models.project import NotPossible


def _for_all(change: Callable[..., None]) -> Callable[..., None]:
    """An action that changes the state of the projects chosen, and says which could not be."""

    def action(self: "ProjectAdmin", request: HttpRequest, chosen: QuerySet[Project]) -> None:
        for project in chosen:
            try:
                change(project, by=User.signed_in(request))
            except NotPossible as refusal:
                self.message_user(request, f"{project}: {refusal}", messages.ERROR)

    return action


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """All projects of all cities, drafts too. They are edited by those who represent the cities."""

    list_display = ["title", "city", "state", "status", "version", "updated_at", "is_demonstration"]
    list_filter = [
        "state",
        "status",
        "type",
        "is_demonstration",
        ("city__country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["city"]
    search_fields = ["title_en", "title_uk", "slug", "city__name", "city__name_uk"]
    date_hierarchy = "created_at"
    actions = ["archive", "restore"]

    archive = admin.action(description=_("Archive"), permissions=["decide"])(_for_all(Project.archive))
    restore = admin.action(description=_("Take out of the archive"), permissions=["decide"])(
        _for_all(Project.restore)
    )

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, project: Project) -> str:
        """In the reader's language."""
        return project.title

    def view_on_site(self, obj: Any) -> str:
        """Its page."""
        return str(obj.get_absolute_url())


@admin.register(ProjectChange)
class ProjectChangeAdmin(ReadOnlyAdmin):
    """The history of all projects: to read and filter."""

    list_display = ["at", "project", "version", "by", "part", "about_en", "field", "old", "new", "is_public"]
    list_filter = ["is_public", "part"]
    list_select_related = ["project", "by"]
    search_fields = ["project__title_en", "project__title_uk", "project__slug", "about_en", "about_uk"]
    date_hierarchy = "at"
