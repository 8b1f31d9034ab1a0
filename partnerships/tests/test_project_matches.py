"""Who can help a project: who is proposed, why, and from the other side."""

import re
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cities import directory
from cities.tests.factories import (
    CityFactory,
    CountryFactory,
    MayorFactory,
    TopicStatementFactory,
    TwinningFactory,
)
from partnerships.matching.projects import (
    EXPERIENCE,
    FUNDERS,
    SUPPLIERS,
    budget_fit,
    scores,
    sector_fit,
    sum_fit,
)
from partnerships.project_matches import experience, funders, suppliers
from partnerships.project_matches.asked import Asked, asking
from partnerships.project_matches.sectors import sectors
from partnerships.project_matches.words import COMPARED
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    FundingCallFactory,
    OrganisationMemberFactory,
)
from projects.codelists import codelist
from projects.models import Project
from projects.tests.factories import BudgetLineFactory, ProjectFactory, ProjectNeedFactory

pytestmark = pytest.mark.django_db
NAN = float("nan")


@pytest.fixture
def lviv():
    return CityFactory(
        name="Lviv", country=CountryFactory(code="UA", languages=["uk"]), latitude=49.8, longitude=24.0
    )


@pytest.fixture
def school(lviv):
    """A published school of Lviv, 1,000,000 EUR, none of it covered; it looks for three kinds of help."""
    project = ProjectFactory(
        published=True, city=lviv, title_en="School roof", title_uk="Дах школи", sectors=["education"],
        currency="EUR", status="preparation",
    )  # fmt: skip
    BudgetLineFactory(project=project, amount=Decimal("1000000.00"))
    ProjectNeedFactory(project=project, kind="contractor", title_en="New roof", division="43")
    ProjectNeedFactory(project=project, kind="expertise", title_en="Heat pumps", title_uk="Теплові насоси")
    ProjectNeedFactory(project=project, kind="partner-city", title_en="A city that did it", state="open")
    return project


@pytest.fixture
def leipzig():
    return CityFactory(name="Leipzig", country=CountryFactory(code="DE"), latitude=51.3, longitude=12.4)


def done(city, title, sectors=("education",), budget="1000000.00", **more):
    project = ProjectFactory(
        published=True, city=city, title_en=title, title_uk=title, sectors=list(sectors), currency="EUR",
        **{"status": "completion", **more},
    )  # fmt: skip
    BudgetLineFactory(project=project, amount=Decimal(budget))
    return project


def asked(project):
    [found] = Asked.of(Project.objects.with_needs_and_money().filter(pk=project.pk), directory.current())
    return found


def test_weights_sum_to_one_and_every_component_has_its_words():
    for components, (_name, listed, words) in zip((EXPERIENCE, SUPPLIERS, FUNDERS), COMPARED, strict=True):
        assert components is listed
        assert sum(one.weight for one in components) == pytest.approx(1.0)
        assert words.keys() == {one.code for one in components}
    assert sectors().keys() == codelist("projectSector").keys()


def test_values_are_what_they_say():
    assert [sector_fit(["education"], theirs) for theirs in (["education", "health"], ["health"])] == [1, 0]
    assert sector_fit(["transport.rail"], ["transport.road"]) == 0.6
    assert [budget_fit(10.0, other) for other in (10.0, 100.0, 1e9)] == [1.0, 0.5, 0.0]
    assert np.isnan(budget_fit(None, 1.0))
    fits = [sum_fit(100.0, *ends) for ends in ((None, 50.0), (200.0, None), (50.0, 500.0), (1.0, None))]
    assert fits == [0.5, 0.5, 1.0, 1.0]
    assert np.isnan(sum_fit(100.0, None, None))
    unknown = scores(np.full((1, len(EXPERIENCE)), NAN), EXPERIENCE)
    assert unknown[0] == pytest.approx(sum(one.weight * one.neutral for one in EXPERIENCE))


def test_cities_that_did_such_a_project_come_first_and_once(school, leipzig, lviv):
    near = CityFactory(name="Rzeszów", country=CountryFactory(code="PL"), latitude=50.0, longitude=22.0)
    done(leipzig, "Two schools")
    done(leipzig, "A school in progress", status="implementation")
    done(near, "Their school", budget="900000000.00")
    done(lviv, "Our own school")
    done(near, "A tram", sectors=["transport.rail"])
    done(CityFactory(), "A plan", status="identification")
    TwinningFactory(city_a=lviv, city_b=leipzig)
    TopicStatementFactory(city=leipzig, topic_id="education", kind="offer")
    MayorFactory(city=leipzig)
    found = experience.cities_for(asked(school), 5)
    assert [one.name for one in found] == ["Leipzig", "Rzeszów"]
    assert found[0].percent > found[1].percent
    said = " ".join(found[0].reasons)
    for words in (
        "has finished “Two schools” (Education, €1,000,000)",
        "twinned",
        "offers help with: Schools",
    ):
        assert words in said
    assert any("km lie between" in one for one in found[1].reasons)
    chances = experience.projects_for(leipzig, asking(), 5)
    assert [(one.name, one.percent) for one in chances] == [("School roof", found[0].percent)]
    assert experience.projects_for(lviv, asking(), 5) == []
    assert experience.projects_for(CityFactory(name="No projects"), asking(), 5) == []


def test_businesses_are_proposed_for_the_need_they_fit(school, leipzig, lviv):
    roofer = BusinessProfileFactory(
        organisation__name="Roofer", organisation__city=leipzig, activity="43", languages=["uk"],
        stated={"offer": ["service"]},
    )  # fmt: skip
    pumps = BusinessProfileFactory(
        organisation__name="Pumps", organisation__city=lviv, activity="62",
        summary_uk="Теплові насоси: проєктування та монтаж.", stated={"offer": ["service"]},
    )  # fmt: skip
    BusinessProfileFactory(organisation__name="Bakery", organisation__city=lviv, activity="10")
    TwinningFactory(city_a=lviv, city_b=leipzig)
    found = {one.name: one for one in suppliers.businesses_for(asked(school), 5)}
    assert found.keys() == {"Roofer", "Pumps"}
    said = " ".join(found["Roofer"].reasons)
    for words in (
        "For the need “New roof”",
        "Its activity is the one asked for",
        "It offers: service",
        "twinned",
    ):
        assert words in said
    assert "For the need “Heat pumps”" in found["Pumps"].reasons[0]
    assert any(one.startswith("Both write of:") for one in found["Pumps"].reasons)
    for profile in (roofer, pumps):
        [chance] = suppliers.projects_for([profile.pk], asking(), 5)[profile.pk]
        assert chance.percent == found[profile.organisation.name].percent
    school.needs.update(state="met")
    assert suppliers.businesses_for(asked(school), 5) == []


def test_financial_partners_are_proposed_unless_they_exclude_it(school):
    fits = FinancialPartnerProfileFactory(
        organisation__name="Fits", stated=["grant"], topics=["education"], countries=["UA"],
        ticket_from=100_000, ticket_to=2_000_000, currency="EUR", applicants="cities",
    )  # fmt: skip
    FundingCallFactory(
        organisation=fits.organisation,
        topics=["education"],
        deadline=timezone.localdate() + timedelta(days=9),
    )
    FinancialPartnerProfileFactory(
        organisation__name="Small", stated=["loan"], ticket_from=None, ticket_to=10_000, currency="EUR"
    )
    for name, excluded in [
        ("Elsewhere", {"countries": ["PL"]}),
        ("Water", {"topics": ["water"]}),
        ("Firms", {"applicants": "businesses"}),
    ]:
        FinancialPartnerProfileFactory(organisation__name=name, **excluded)
    found = funders.partners_for(asked(school), 5)
    assert [one.name for one in found] == ["Fits", "Small"]
    said = " ".join(found[0].reasons)
    for words in ("Schools and education", "grant", "is within what it gives", "Ukraine", "is open until"):
        assert words in said
    assert "€1,000,000 are missing" in " ".join(found[1].reasons)
    [chance] = funders.projects_for([fits.pk], asking(), 5)[fits.pk]
    assert (chance.name, chance.percent) == ("School roof", found[0].percent)
    with translation.override("uk"):
        assert "Школи й освіта" in " ".join(funders.partners_for(asked(school), 1)[0].reasons)


def test_both_sides_see_it_and_queries_stay_few(client, school, leipzig, lviv):
    done(leipzig, "Two schools")
    roofer = BusinessProfileFactory(organisation__name="Roofer", organisation__city=leipzig, activity="43")
    bank = FinancialPartnerProfileFactory(organisation__name="Green Bank", stated=["loan"])

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            page = client.get(address).content.decode()
        return page, len(context)

    page, few = queries(school.get_absolute_url())
    for shown in ("Who can help", "Leipzig", "Roofer", "Green Bank"):
        assert shown in page
    for city, organisation in [(leipzig, None), (None, roofer.organisation), (None, bank.organisation)]:
        made = MayorFactory(city=city) if city else OrganisationMemberFactory(organisation=organisation)
        client.force_login(made.user)
        assert "School roof" in client.get("/desk/").content.decode()
    client.logout()
    for number in range(3):
        done(CityFactory(country=leipzig.country), f"School {number}")
        BusinessProfileFactory(organisation__city=leipzig, activity="43")
        FinancialPartnerProfileFactory(stated=["grant"])
    assert queries(school.get_absolute_url())[1] == few
    school.archive(by=school.approved_by)
    assert "Who can help" not in client.get(school.get_absolute_url()).content.decode()


def proposed(page, title):
    """How many lists of projects that one could help name a project."""
    lists = re.findall('<details class="chances[ "].*?</details>', page, re.S)
    return sum(title in block for block in lists)


def test_the_desk_asks_no_more_for_more_projects_and_more_organisations(
    client, school, leipzig, lviv, monkeypatch
):
    done(leipzig, "Two schools")
    user = MayorFactory(city=leipzig).user

    def another():
        business = BusinessProfileFactory(organisation__city=lviv, activity="43")
        fund = FinancialPartnerProfileFactory(organisation__city=lviv, stated=["grant"])
        for profile in (business, fund):
            OrganisationMemberFactory(organisation=profile.organisation, user=user)

    def queries():
        client.get("/desk/")  # compares the copies in memory with the data
        monkeypatch.setattr(directory, "SECONDS_BETWEEN_CHECKS", 60.0)
        with CaptureQueriesContext(connection) as context:
            page = client.get("/desk/").content.decode()
        monkeypatch.setattr(directory, "SECONDS_BETWEEN_CHECKS", 0.0)
        return page, len(context)

    another()
    BusinessProfileFactory(organisation__city=leipzig, activity="43")
    client.force_login(user)
    page, few = queries()
    assert proposed(page, "School roof") == 3
    for number in range(3):
        project = ProjectFactory(
            published=True, city=CityFactory(country=lviv.country), title_en=f"Kindergarten {number}",
            sectors=["education"], currency="EUR", status="preparation",
        )  # fmt: skip
        BudgetLineFactory(project=project)
        for kind in ("contractor", "partner-city"):
            ProjectNeedFactory(project=project, kind=kind, division="43")
    another()
    page, many = queries()
    assert proposed(page, "School roof") == proposed(page, "Kindergarten 2") == 5
    assert many == few
