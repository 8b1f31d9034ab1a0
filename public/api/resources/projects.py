"""Projects of cities, by the filters of their directory."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.codelists import codelist
from projects.directory import BANDS, NO_GAP, UNKNOWN
from projects.models import FundingSource, Milestone, ProjectNeed
from projects.models import Project as Row
from projects.open_data.oc4ids import identifier
from projects.query import SORTS
from projects.views import DIRECTORY
from public.api.resource import (
    BOUNDS,
    COUNTRY,
    NUMBER,
    Keys,
    Resource,
    chosen,
    coded,
    in_order,
    searched,
    selected,
)
from public.api.schema import WGS84, CityReference, Money, Record, absolute, one_of, said

from .cities import REGION


class Need(Record):
    """What a project still lacks and others can give."""

    id: int = said(_("number"))
    kind: str = one_of(_("kind"), ProjectNeed.Kind.values)
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    note_en: str = said(_("note in English"))
    note_uk: str = said(_("note in Ukrainian"))
    topic: str | None = said(_("code of the topic"))
    division: str = said(_("division of NACE Rev. 2"))
    sum: Money | None = said(_("what it would take"))
    state: str = one_of(_("state"), ProjectNeed.State.values)


class Funder(Record):
    """Who pays for a project."""

    id: int = said(_("number"))
    name_en: str = said(_("funder in English"))
    name_uk: str = said(_("funder in Ukrainian"))
    origin: str = one_of(_("origin"), FundingSource.Origin.values)
    ownership: str = one_of(_("ownership"), FundingSource.Ownership.values)
    arrangement: str = said(_("code of the OC4IDS codelist financingArrangementType"))
    pledged: Money = said(_("all that was promised, what is committed included"))
    committed: Money = said(_("bound by a contract or a budget decision, what is disbursed included"))
    disbursed: Money = said(_("paid out"))
    year: int | None = said(_("year"))


class Step(Record):
    """A milestone of a project."""

    id: int = said(_("number"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    due: date = said(_("planned for"))
    done: date | None = said(_("done on"))


class Project(Record):
    """What a city builds or restores."""

    id: int = said(_("number"))
    identifier: str = said(_("identifier, as in OC4IDS"))
    title_en: str = said(_("title in English"))
    title_uk: str = said(_("title in Ukrainian"))
    summary_en: str = said(_("summary in English"))
    summary_uk: str = said(_("summary in Ukrainian"))
    status: str = said(_("code of the OC4IDS codelist projectStatus"))
    type: str = said(_("code of the OC4IDS codelist projectType"))
    sectors: list[str] = said(_("codes of the OC4IDS codelist projectSector"))
    sdgs: list[int] = said(_("numbers of the Sustainable Development Goals"))
    city: CityReference = said(_("city"))
    address_en: str = said(_("address in English"))
    address_uk: str = said(_("address in Ukrainian"))
    latitude: float = said(WGS84)
    longitude: float = said(WGS84)
    is_exact_place: bool = said(_("no: the place is the city's, that of the project is not stated"))
    beneficiaries: int | None = said(_("number of people who benefit"))
    planned_start: date | None = said(_("day (ISO 8601)"))
    planned_end: date | None = said(_("day (ISO 8601)"))
    actual_start: date | None = said(_("day (ISO 8601)"))
    actual_end: date | None = said(_("day (ISO 8601)"))
    budget: Money | None = said(_("sum of the budget lines; empty where the budget is not yet known"))
    pledged: Money = said(_("all that funders promised, what is committed included"))
    committed: Money = said(_("bound by contracts or budget decisions, what is disbursed included"))
    disbursed: Money = said(_("paid out"))
    gap: Money | None = said(_("the budget less what is committed, never below zero"))
    rate_to_eur: str | None = said(_("units of the currency for one euro, as the city stated it"))
    rate_on: date | None = said(_("day of the rate"))
    budget_eur: Money | None = said(_("the amount in euros at that rate, to the cent"))
    gap_eur: Money | None = said(_("the amount in euros at that rate, to the cent"))
    funders: list[Funder] = said(_("who pays"))
    needs: list[Need] = said(_("what it lacks and others can give"))
    milestones: list[Step] = said(_("steps by their planned day"))
    conflict_of_interest: str = said(_("none or declared: what the city stated"))
    archived: bool = said(_("yes: closed to changes"))
    demonstration: bool = said(_("yes: invented for demonstration"))
    published: datetime | None = said(_("moment of first publication (ISO 8601)"))
    updated: datetime = said(_("moment of the last change (ISO 8601)"))
    oc4ids: str = said(_("address of its OC4IDS file, which has budget lines, documents and tenders too"))
    url: str = said(_("address of the project's page"))


def _listed(data: QueryDict) -> Keys:
    at_hand, selection, _found = DIRECTORY.select(data)
    return selected(at_hand, selection, at_hand.ids)


def _made(keys: Sequence[int]) -> list[Project]:
    known = Row.objects.public().filter(pk__in=keys).with_needs_and_money().prefetch_related("milestones")
    return in_order(keys, {one.pk: _record(one) for one in known})


def _record(one: Row) -> Project:
    city, money, currency = one.city, one.money, one.currency
    is_exact = one.latitude is not None
    return Project.taken_from(
        one,
        id=one.pk,
        identifier=identifier(one),
        sdgs=one.goals,
        city=CityReference.of(city),
        latitude=one.latitude if is_exact else city.latitude,
        longitude=one.longitude if is_exact else city.longitude,
        is_exact_place=is_exact,
        budget=Money.of(money.budget, currency),
        pledged=Money(amount=money.pledged, currency=currency),
        committed=Money(amount=money.committed, currency=currency),
        disbursed=Money(amount=money.disbursed, currency=currency),
        gap=Money.of(money.gap, currency),
        rate_to_eur=str(one.rate) if one.rate else None,
        budget_eur=Money.of(one.in_euros(money.budget) if money.budget is not None else None, "EUR"),
        gap_eur=Money.of(one.in_euros(money.gap) if money.gap is not None else None, "EUR"),
        funders=[_funder(source, currency) for source in one.funding_sources.all()],
        needs=[_need(need, currency) for need in one.needs.all()],
        milestones=[_step(step) for step in one.milestones.all()],
        conflict_of_interest=one.interests,
        archived=one.state == Row.State.ARCHIVED,
        demonstration=one.is_demonstration,
        published=one.published_at,
        updated=one.updated_at,
        oc4ids=absolute(reverse("open-data-project", args=[one.slug])),
        url=absolute(one.get_absolute_url()),
    )


def _funder(one: FundingSource, currency: str) -> Funder:
    return Funder.taken_from(
        one,
        id=one.pk,
        pledged=Money(amount=one.pledged, currency=currency),
        committed=Money(amount=one.committed, currency=currency),
        disbursed=Money(amount=one.disbursed, currency=currency),
    )


def _need(one: ProjectNeed, currency: str) -> Need:
    return Need.taken_from(
        one,
        id=one.pk,
        topic=one.topic_id,
        sum=Money.of(one.amount, currency),
    )


def _step(one: Milestone) -> Step:
    return Step(id=one.pk, title_en=one.title_en, title_uk=one.title_uk, due=one.due_on, done=one.done_on)


RESOURCE = Resource(
    name="projects",
    single="project",
    title=_("Projects"),
    meaning=_(
        "Published projects of cities, with money, needs and milestones. An archived one is left out of the "
        "list and keeps its own address."
    ),
    record=Project,
    listed=_listed,
    made=_made,
    filters={
        "q": searched(_("Words of the title, the city or what is needed, in any script"), "school"),
        "country": coded(_("Country"), COUNTRY, "UA"),
        "region": coded(_("Region"), REGION, "UA.15"),
        "city": coded(_("Number of the city in GeoNames"), NUMBER, "702550"),
        "sector": chosen(_("Sector"), codelist("projectSector"), "education"),
        "status": chosen(_("Status"), codelist("projectStatus"), "implementation"),
        "need": chosen(_("Needs"), ProjectNeed.Kind.values, "finance"),
        "gap": chosen(_("Funding gap in euros"), [*BANDS, NO_GAP, UNKNOWN], "1m-10m"),
        "budget": chosen(_("Budget in euros"), [*BANDS, NO_GAP, UNKNOWN], "1m-10m"),
        "goal": chosen(_("Sustainable Development Goal"), codelist("sdg"), "11"),
        "bounds": BOUNDS,
    },
    sorts=SORTS,
    changed="updated",
    is_placed=True,
)
