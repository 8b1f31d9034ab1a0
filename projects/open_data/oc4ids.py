"""Projects in the Open Contracting for Infrastructure Data Standard (OC4IDS) 0.9.5.

https://standard.open-contracting.org/infrastructure/0.9/en/reference/schema/. The language of a record is
English; the Ukrainian text stands beside it with the suffix _uk, as OCDS names translations. Where only one
language was written, it stands in both. Amounts are decimals: write them with `dumps`, which loses no digit.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import simplejson
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cities.models import City
from projects import codelists
from projects.models import Document, FundingSource, Milestone, Project, Tender

VERSION = "0.9"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PLACE_UNKNOWN = "The city: the place within it is not stated."
Record = dict[str, Any]
INTERESTS: dict[str, str] = {
    Project.Interests.NONE: "No conflict of interest",
    Project.Interests.DECLARED: "A conflict of interest is declared",
}
TENDER_STATUS = {
    Tender.Status.PLANNED: "pre-award",
    Tender.Status.ACTIVE: "pre-award",
    Tender.Status.AWARDED: "active",
    Tender.Status.UNSUCCESSFUL: "closed",
    Tender.Status.CANCELLED: "closed",
}


def dumps(value: Any) -> str:
    """JSON with every decimal written digit by digit."""
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False))


def identifier(project: Project) -> str:
    """The project's identifier: the prefix registered for the portal's operator, and its address."""
    return f"{settings.OC4IDS_PREFIX}-{project.slug}"


def record(project: Project) -> Record:
    """A project of `Project.objects.with_open_data()`; without further queries."""
    city, money = project.city, project.money
    authority = {"name": city.name, "id": _city_id(city)}
    made = {
        "id": identifier(project),
        "updated": project.updated_at,
        "language": "en",
        "publicAuthority": authority,
        **_text("title", project, "title"),
        **_text("description", project, "summary"),
        "status": project.status,
        "type": project.type,
        "sector": project.sectors,
        "policyAlignment": _policies(project.goals),
        "period": _period(project.planned_start, project.planned_end),
        "implementationPeriod": _period(project.actual_start, project.actual_end),
        "completion": {"endDate": _start_of(project.actual_end)},
        "locations": [_location(project)],
        "benefits": _benefits(project),
        "budget": {
            "amount": _value(money.budget, project),
            "budgetBreakdowns": _breakdowns(project),
            "finance": [_finance(one, project) for one in project.funding_sources.all()],
        },
        "metrics": _metrics(project),
        "milestones": [_milestone(one, project) for one in project.milestones.all()],
        "documents": _documents(project),
        "contractingProcesses": [_process(one, project) for one in project.tenders.all()],
        "parties": _parties(project),
        "url": absolute(project.get_absolute_url()),
        "demonstration": project.is_demonstration,
    }
    found: Record = _stated(made)
    return found


def package(projects: Iterable[Project], address: str) -> Iterator[str]:
    """The text of a package of all these projects, a part at a time; `address` is where it is published."""
    head = {
        "uri": address,
        "publishedDate": _moment(timezone.now()),
        "publisher": {"name": "Mayors' Portal", "uri": settings.SITE_URL},
        "version": VERSION,
        "license": LICENCE,
        "publicationPolicy": absolute(reverse("open-data")),
    }
    yield dumps(head)[:-1] + ', "projects": ['
    for number, project in enumerate(projects):
        yield (",\n" if number else "\n") + dumps(record(project))
    yield "\n]}\n"


def absolute(path: str) -> str:
    """The whole address of a path."""
    return settings.SITE_URL.rstrip("/") + path


def _text(name: str, one: Any, field: str) -> Record:
    english, ukrainian = getattr(one, f"{field}_en"), getattr(one, f"{field}_uk")
    return {name: english or ukrainian, f"{name}_uk": ukrainian or english}


def _stated(value: Any) -> Any:
    """The value without what is not stated: the standard knows no empty texts, lists and objects."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, dict):
        kept = {name: _stated(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [kept for one in value if (kept := _stated(one)) not in (None, "", [], {})]
    return value


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _start_of(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def _period(start: date | None, end: date | None) -> Record:
    return {"startDate": _start_of(start), "endDate": _start_of(end)}


def _value(amount: Decimal | None, project: Project) -> Record | None:
    return None if amount is None else {"amount": amount, "currency": project.currency}


def _city_id(city: City) -> str:
    return f"geonames-{city.pk}"


def _funder_id(source: FundingSource) -> str:
    return f"funder-{source.pk}" if source.city_id is None else f"geonames-{source.city_id}"


def _policies(goals: Sequence[int]) -> Record | None:
    if not goals:
        return None
    titles = {"en": "", "uk": ""}
    for language in titles:
        with override(language):
            names = codelists.codelist("sdg")
            titles[language] = "; ".join(f"{goal}. {names[str(goal)]}" for goal in sorted(goals))
    return {"policies": ["SDG"], "description": titles["en"], "description_uk": titles["uk"]}


def _location(project: Project) -> Record:
    city = project.city
    is_known = project.latitude is not None
    place = [project.longitude, project.latitude] if is_known else [city.longitude, city.latitude]
    return {
        "id": "1",
        "description": None if is_known else PLACE_UNKNOWN,
        "geometry": {"type": "Point", "coordinates": place},
        "gazetteer": {"scheme": "GEONAMES", "identifiers": [str(city.pk)]},
        "address": {
            **_text("streetAddress", project, "address"),
            "locality": city.name,
            "region": city.region.name_en if city.region else "",
            "countryName": city.country.name_en,
        },
    }


def _benefits(project: Project) -> list[Record]:
    who = {**_text("description", project, "beneficiaries"), "numberOfPeople": project.beneficiaries}
    return [{"beneficiaries": [who]}]


def _breakdowns(project: Project) -> list[Record]:
    lines = [
        {"id": str(line.pk), **_text("description", line, "label"), "amount": _value(line.amount, project)}
        for line in project.budget_lines.all()
    ]
    funders = [
        {
            "id": str(source.pk),
            **_text("description", source, "name"),
            "amount": _value(source.committed, project),
            "sourceParty": {"id": _funder_id(source), "name": source.names[0] or source.names[1]},
            "approvalDate": _start_of(source.agreed_on),
        }
        for source in project.funding_sources.all()
    ]
    return [
        {"id": id, "description": description, "budgetBreakdown": found}
        for id, description, found in [
            ("lines", "By budget line", lines),
            ("funders", "Committed, by funder", funders),
        ]
        if found
    ]


def _finance(source: FundingSource, project: Project) -> Record:
    """The standard knows one value of a funder; the fields after `type` are the portal's own."""
    name = source.names[0] or source.names[1]
    return {
        "id": str(source.pk),
        **_text("title", source, "name"),
        "value": _value(source.committed, project),
        "financingParty": {"id": _funder_id(source), "name": name},
        "type": source.arrangement,
        "pledged": _value(source.pledged, project),
        "disbursed": _value(source.disbursed, project),
        "origin": source.origin,
        "ownership": source.ownership,
        "year": source.year,
    }


def _metrics(project: Project) -> list[Record]:
    money = project.money
    return [
        {"id": id, "title": title, "observations": [{"id": "1", "value": _value(amount, project)}]}
        for id, title, amount in [
            ("pledged", "Money pledged, what is committed included", money.pledged),
            ("committed", "Money committed, what is disbursed included", money.committed),
            ("disbursed", "Money disbursed", money.disbursed),
            ("fundingGap", "Funding gap: the budget less what is committed", money.gap),
        ]
        if amount is not None
    ]


def _milestone(one: Milestone, project: Project) -> Record:
    is_late = one.days_late(timezone.localdate()) > 0
    return {
        "id": str(one.pk),
        **_text("title", one, "title"),
        "type": "delivery",
        "dueDate": _start_of(one.due_on),
        "dateMet": _start_of(one.done_on),
        "dateModified": project.updated_at,
        "status": "met" if one.done_on else "notMet" if is_late else "scheduled",
    }


def _documents(project: Project) -> list[Record]:
    papers = [paper for document in project.documents.all() for paper in _versions(document)]
    photos = [
        {
            "id": f"photo-{photo.pk}",
            "documentType": "illustration",
            **_text("title", photo, "alt"),
            **_text("description", photo, "caption"),
            "url": absolute(photo.get_absolute_url()),
            "format": "image/webp",
        }
        for photo in project.photos.all()
    ]
    interests = {
        "id": "interests",
        "documentType": "conflictOfInterest",
        "title": INTERESTS.get(project.interests),
        **_text("description", project, "interests"),
        "datePublished": project.interests_at,
    }
    risks = [
        {
            "id": f"risk-{risk.pk}",
            "documentType": "riskProvisions",
            **_text("title", risk, "text"),
            **_text("description", risk, "mitigation"),
        }
        for risk in project.risks.all()
    ]
    return [*papers, *photos, *([interests] if project.interests else []), *risks]


def _versions(document: Document) -> list[Record]:
    return [
        {
            "id": f"{document.pk}-{version.number}",
            "documentType": document.kind,
            **_text("title", document, "title"),
            "url": absolute(version.get_absolute_url()),
            "datePublished": version.uploaded_at,
            "format": version.type,
        }
        for version in document.versions.all()
    ]


def _process(tender: Tender, project: Project) -> Record:
    notice = {
        "id": "notice",
        "documentType": "tenderNotice",
        **_text("title", tender, "title"),
        "url": tender.url,
    }
    return {
        "id": tender.reference,
        "summary": {
            "externalReference": tender.reference,
            **_text("title", tender, "title"),
            "status": TENDER_STATUS[Tender.Status(tender.status)],
            "documents": [notice] if tender.url else [],
        },
    }


def _parties(project: Project) -> list[Record]:
    """The city, and each funder once."""
    city = project.city
    parties: dict[str, Record] = {
        _city_id(city): {
            "id": _city_id(city),
            "name": city.name,
            "name_uk": city.name_uk,
            "address": {"locality": city.name, "countryName": city.country.name_en},
            "roles": ["publicAuthority"],
        }
    }
    for source in project.funding_sources.all():
        party = parties.setdefault(
            _funder_id(source), {"id": _funder_id(source), **_text("name", source, "name"), "roles": []}
        )
        party["roles"] += [role for role in ("funder", "sourceParty") if role not in party["roles"]]
    return list(parties.values())
