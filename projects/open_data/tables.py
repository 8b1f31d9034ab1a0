"""Projects as flat records: a spreadsheet and GeoJSON. Amounts are decimals."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.models import Project

from .oc4ids import Record, absolute, dumps, identifier

MEANINGS: Mapping[str, Any] = {
    "id": _("identifier, as in OC4IDS"),
    "title": _("title in English, in Ukrainian where there is no English one"),
    "title_uk": _("title in Ukrainian, in English where there is no Ukrainian one"),
    "status": _("code of the OC4IDS codelist projectStatus"),
    "type": _("code of the OC4IDS codelist projectType"),
    "sectors": _("codes of the OC4IDS codelist projectSector"),
    "sdgs": _("numbers of the Sustainable Development Goals"),
    "city_geonames_id": _("number of the city in GeoNames"),
    "city": _("name of the city in Latin letters"),
    "country": _("ISO 3166-1 code"),
    "latitude": _("degrees north (WGS 84)"),
    "longitude": _("degrees east (WGS 84)"),
    "is_exact_place": _("no: the place is the city's, that of the project is not stated"),
    "beneficiaries": _("number of people who benefit"),
    "planned_start": _("day (ISO 8601)"),
    "planned_end": _("day (ISO 8601)"),
    "actual_start": _("day (ISO 8601)"),
    "actual_end": _("day (ISO 8601)"),
    "currency": _("ISO 4217 code"),
    "budget": _("sum of the budget lines; empty where the budget is not yet known"),
    "pledged": _("all that funders promised, what is committed included"),
    "committed": _("bound by contracts or budget decisions, what is disbursed included"),
    "disbursed": _("paid out"),
    "gap": _("the budget less what is committed, never below zero"),
    "rate_to_eur": _("units of the currency for one euro, as the city stated it"),
    "rate_on": _("day of the rate"),
    "budget_eur": _("the amount in euros at that rate, to the cent"),
    "pledged_eur": _("the amount in euros at that rate, to the cent"),
    "committed_eur": _("the amount in euros at that rate, to the cent"),
    "disbursed_eur": _("the amount in euros at that rate, to the cent"),
    "gap_eur": _("the amount in euros at that rate, to the cent"),
    "open_needs": _("kinds of help that are still looked for"),
    "conflict_of_interest": _("none or declared: what the city stated"),
    "archived": _("yes: closed to changes"),
    "demonstration": _("yes: invented for demonstration"),
    "published": _("moment of first publication (ISO 8601)"),
    "updated": _("moment of the last change (ISO 8601)"),
    "url": _("address of the project's page"),
}
"""The columns of the spreadsheet with what they mean, in their order."""


def records(projects: Iterable[Project]) -> Iterator[Record]:
    """Projects of `Project.objects.with_open_data()`, one flat record each. Empty is what is not known."""
    return map(record, projects)


def record(project: Project) -> Record:
    """One project."""
    city, money = project.city, project.money
    is_exact = project.latitude is not None
    amounts = {
        "budget": money.budget,
        "pledged": money.pledged,
        "committed": money.committed,
        "disbursed": money.disbursed,
        "gap": money.gap,
    }
    return {
        "id": identifier(project),
        "title": project.title_en or project.title_uk,
        "title_uk": project.title_uk or project.title_en,
        "status": project.status,
        "type": project.type,
        "sectors": project.sectors,
        "sdgs": [str(goal) for goal in project.goals],
        "city_geonames_id": city.pk,
        "city": city.name,
        "country": city.country_id,
        "latitude": project.latitude if is_exact else city.latitude,
        "longitude": project.longitude if is_exact else city.longitude,
        "is_exact_place": is_exact,
        "beneficiaries": project.beneficiaries,
        "planned_start": _day(project.planned_start),
        "planned_end": _day(project.planned_end),
        "actual_start": _day(project.actual_start),
        "actual_end": _day(project.actual_end),
        "currency": project.currency,
        **amounts,
        "rate_to_eur": project.rate,
        "rate_on": _day(project.rate_on),
        **{f"{name}_eur": _in_euros(project, amount) for name, amount in amounts.items()},
        "open_needs": [need.kind for need in project.needs.all() if need.state == need.State.OPEN],
        "conflict_of_interest": project.interests,
        "archived": project.state == Project.State.ARCHIVED,
        "demonstration": project.is_demonstration,
        "published": project.published_at.isoformat(timespec="seconds") if project.published_at else None,
        "updated": project.updated_at.isoformat(timespec="seconds"),
        "url": absolute(project.get_absolute_url()),
    }


def geojson(projects: Iterable[Project]) -> Iterator[str]:
    """The text of a GeoJSON (RFC 7946) collection of the projects, a part at a time.

    A project whose place is not stated lies where its city does; `is_exact_place` tells.
    """
    yield '{"type": "FeatureCollection", "features": ['
    for number, found in enumerate(records(projects)):
        place = [found.pop("longitude"), found.pop("latitude")]
        feature = {
            "type": "Feature",
            "id": found["id"],
            "geometry": {"type": "Point", "coordinates": place},
            "properties": found,
        }
        yield (",\n" if number else "\n") + dumps(feature)
    yield "\n]}\n"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _in_euros(project: Project, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else project.in_euros(amount)
