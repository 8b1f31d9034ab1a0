"""The page's tables: each is shown and exported from the same rows, so that both say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Mayor
from projects.models import Milestone, Project
from projects.tables import Column, Table
from projects.words import in_public

from .scope import GROUPINGS, UNKNOWN, Scope
from .sums import AMOUNTS, ProjectRow, grouped

QUIET_DAYS = 90
FINISHED = ("completion", "maintenance", "decommissioning", "decommissioned", "cancelled")
"""Statuses of OC4IDS in which nobody waits for news of the works."""

PROJECT = Column("project", gettext_lazy("Project"), "link")
CITY = Column("city", gettext_lazy("City"), "link")


def sums(scope: Scope, projects: Sequence[ProjectRow], home: str) -> Table:
    """The money of projects by the scope's grouping; each group leads to the page about it, at `home`."""
    others = [name for name in GROUPINGS if name != scope.by and not getattr(scope, name)]
    deeper = scope.but(by=others[0]) if others else scope
    money = AMOUNTS[1:4] if scope.by == "funder" else AMOUNTS
    groups = grouped(scope, projects)
    columns = [
        Column("group", GROUPING_NAMES[scope.by], "link"),
        Column("projects", gettext_lazy("Projects"), "number"),
        *(Column(name, AMOUNT_NAMES[name], "money") for name in money),
    ]
    if any(group.sums.without_rate for group in groups):
        columns.append(Column("without_rate", gettext_lazy("Without a rate"), "number"))
    rows = [
        {
            "group": (
                _("not stated") if group.code == UNKNOWN else group.label,
                home + deeper.but(**{scope.by: group.code}).query_string,
            ),
            "projects": group.sums.projects,
            **{name: getattr(group.sums, name) for name in money},
            "without_rate": group.sums.without_rate,
            "sums": group.sums,
        }
        for group in groups
    ]
    return Table("sums", str(GROUPINGS[scope.by]), columns, rows)


def late(scope: Scope) -> Table:
    """Milestones that were due and are not done, the longest overdue first; of projects that go on."""
    today = timezone.localdate()
    found = Milestone.objects.filter(
        project__in=_going_on(scope), done_on__isnull=True, due_on__lt=today
    ).select_related("project__city__country")
    rows = [
        {
            **_about(one.project),
            "milestone": str(one),
            "due_on": one.due_on,
            "days_late": one.days_late(today),
        }
        for one in found.order_by("due_on", "pk")
    ]
    columns = [
        PROJECT,
        CITY,
        Column("milestone", gettext_lazy("Milestone")),
        Column("due_on", gettext_lazy("Planned for"), "date"),
        Column("days_late", gettext_lazy("Days late"), "days"),
    ]
    return Table(
        "late", _("Late milestones"), columns, rows, _("Of projects that are not finished or cancelled.")
    )


def quiet(scope: Scope) -> Table:
    """Projects that go on, of which nobody wrote an update for QUIET_DAYS, the longest silent first."""
    today = timezone.localdate()
    last = Coalesce(Max("updates__on"), TruncDate("published_at"))
    found = _going_on(scope).annotate(last=last).filter(last__lt=today - timedelta(days=QUIET_DAYS))
    rows = [
        {**_about(one), "last": one.last, "days": (today - one.last).days}
        for one in found.select_related("city__country").order_by("last", "pk")
    ]
    columns = [
        PROJECT,
        CITY,
        Column("last", gettext_lazy("Last update"), "date"),
        Column("days", gettext_lazy("Days without one"), "days"),
    ]
    title = _("Without an update for %(days)s days") % {"days": QUIET_DAYS}
    meaning = _("Where there was none at all, the day of publication counts.")
    return Table("quiet", title, columns, rows, meaning)


def interests(scope: Scope) -> Table:
    """What cities stated of conflicts of interest, those with one first."""
    found = scope.projects().exclude(interests="").select_related("city__country")
    rows = [
        {
            **_about(one),
            "statement": one.get_interests_display(),
            "text": one.interests_text,
            "stated": timezone.localdate(one.interests_at) if one.interests_at else None,
        }
        for one in found.order_by("interests", "-interests_at", "pk")  # "declared" before "none"
    ]
    columns = [
        PROJECT,
        CITY,
        Column("statement", gettext_lazy("Statement")),
        Column("text", gettext_lazy("In words")),
        Column("stated", gettext_lazy("Stated"), "date"),
    ]
    return Table("interests", _("Conflicts of interest"), columns, rows)


def approvals(scope: Scope) -> Table:
    """Who opened which project to the public, the latest first."""
    found = scope.projects().select_related("city__country", "approved_by").order_by("-published_at", "pk")
    projects = list(found)
    mayors = Mayor.objects.filter(city__in={one.city_id for one in projects}).exclude(public_name="")
    shown = mayors.values_list("city", "user", "public_name")
    names: dict[tuple[int, int | None], str] = {(city, user): name for city, user, name in shown}
    rows = [
        {
            **_about(one),
            "published": timezone.localdate(one.published_at),
            "by": in_public(one.approved_by, names.get((one.city_id, one.approved_by_id), "")),
        }
        for one in projects
    ]
    columns = [
        PROJECT,
        CITY,
        Column("published", gettext_lazy("Published"), "date"),
        Column("by", gettext_lazy("Approved by")),
    ]
    return Table("approvals", _("Who approved what"), columns, rows)


LISTS: dict[str, Callable[[Scope], Table]] = {
    "late": late,
    "quiet": quiet,
    "interests": interests,
    "approvals": approvals,
}
"""The tables beside the sums, by code, in the order shown. Apps above add theirs."""

GROUPING_NAMES: Mapping[str, Any] = {
    "city": gettext_lazy("City"),
    "sector": gettext_lazy("Sector"),
    "year": gettext_lazy("Year"),
    "funder": gettext_lazy("Funder"),
}
AMOUNT_NAMES: Mapping[str, Any] = {
    "budget": gettext_lazy("Budget"),
    "pledged": gettext_lazy("Pledged"),
    "committed": gettext_lazy("Committed"),
    "disbursed": gettext_lazy("Disbursed"),
    "gap": gettext_lazy("Gap"),
}


def _going_on(scope: Scope) -> Any:
    return scope.projects().filter(state=Project.State.PUBLISHED).exclude(status__in=FINISHED)


def _about(project: Project) -> dict[str, tuple[str, str]]:
    city = project.city
    return {
        "project": (str(project), project.get_absolute_url()),
        "city": (city.display_name, city.get_absolute_url()),
    }
