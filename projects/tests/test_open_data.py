"""Open data: valid by the standard's schemas, exact to the cent, equal to the pages, and not sent twice."""

import csv
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
import simplejson
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory
from projects.models import Document, DocumentVersion, Photo, Project, ProjectUpdate, Risk, Tender
from projects.open_data import oc4ids

from .factories import (
    BudgetLineFactory,
    FundingSourceFactory,
    MilestoneFactory,
    ProjectFactory,
    ProjectNeedFactory,
)

SCHEMAS = Path(os.environ.get("OC4IDS_SCHEMA", Path(__file__).resolve().parents[3] / "shared" / "oc4ids"))
FILES = ["/open-data/oc4ids.json", "/open-data/projects.csv", "/open-data/projects.geojson"]
CENTS = Decimal("999999999999.98")

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge():
    """A published project that has everything."""
    project = ProjectFactory(
        title_en="A bridge",
        title_uk="Міст",
        summary_en="Over the Stryi.",
        sectors=["transport.road"],
        goals=[9, 11],
        currency="UAH",
        rate=Decimal("48.5"),
        rate_on="2026-11-01",
        beneficiaries=12_000,
        beneficiaries_uk="Мешканці міста",
        planned_start="2026-01-01",
        planned_end="2027-06-30",
        latitude=49.26,
        longitude=23.85,
    )
    BudgetLineFactory(project=project, amount=CENTS)
    BudgetLineFactory(project=project, amount=Decimal("0.01"))
    FundingSourceFactory(project=project)
    FundingSourceFactory(project=project, city=CityFactory(), arrangement="grant")
    MilestoneFactory(project=project)
    MilestoneFactory(project=project, done_on="2026-02-01")
    ProjectNeedFactory(project=project)
    Risk.objects.create(project=project, text_en="Floods", mitigation_en="A dam")
    Tender.objects.create(
        project=project, reference="UA-1", title_uk="Будівництво", url="https://tenders.example/1"
    )
    paper = Document.objects.create(project=project, kind="feasibilityStudy", title_en="Study")
    DocumentVersion.objects.create(
        document=paper, number=1, file_name="study.pdf", type="application/pdf", size=9, sha256="0" * 64
    )
    Photo.objects.create(project=project, stage="before", alt_en="A ford", file="projects/photos/ford.webp")
    ProjectUpdate.objects.create(project=project, text_en="Begun.")
    project.interests = Project.Interests.NONE
    project.save()
    project.publish(by=UserFactory())
    return project


def body(answer):
    assert answer.status_code == 200
    return b"".join(answer).decode("utf-8-sig")


def problems(schemas, package):
    """What the standard's schemas say against a package."""
    project = json.loads((schemas / "project-schema.json").read_text())
    whole = json.loads((schemas / "project-package-schema.json").read_text())
    name = whole["properties"]["projects"]["items"]["$ref"]
    registry = Registry().with_resource(name, Resource.from_contents(project))
    checker = Draft4Validator(whole, registry=registry, format_checker=FormatChecker())
    return [f"{list(one.absolute_path)}: {one.message}" for one in checker.iter_errors(package)]


@pytest.fixture
def schemas():
    """The folder of the standard's schemas. CI requires it: a skipped check would look green."""
    if not SCHEMAS.is_dir():
        missing = f"The schemas of OC4IDS are not at {SCHEMAS}; set OC4IDS_SCHEMA."
        assert not os.environ.get("REQUIRE_OC4IDS"), missing
        pytest.skip(missing)
    return SCHEMAS


def test_packages_are_valid_by_the_standard(client, bridge, schemas):
    ProjectFactory(title_en="", title_uk="Школа", is_demonstration=True, published=True)
    package = json.loads(body(client.get("/open-data/oc4ids.json")))
    assert problems(schemas, package) == []
    assert [one["title"] for one in package["projects"]] == ["A bridge", "Школа"]
    assert [one["demonstration"] for one in package["projects"]] == [False, True]
    assert problems(schemas, json.loads(body(client.get(f"/open-data/projects/{bridge.slug}.json")))) == []


@pytest.mark.parametrize(
    "harm",
    [
        lambda one: one.pop("id"),
        lambda one: one.update(updated="yesterday"),
        lambda one: one.update(title=""),
        lambda one: one["milestones"][0].update(status="late"),
        lambda one: one["budget"]["amount"].update(amount="12"),
    ],
)
def test_the_schemas_see_a_fault(client, bridge, schemas, harm):
    package = json.loads(body(client.get("/open-data/oc4ids.json")))
    harm(package["projects"][0])
    assert problems(schemas, package)


def test_every_code_is_in_its_codelist(bridge, schemas):
    """The schemas leave open codelists to whoever checks: so look into them too."""
    made = oc4ids.record(Project.objects.with_open_data().get())

    def known(name):
        with (schemas / "codelists" / f"{name}.csv").open() as file:
            return {row["Code"] for row in csv.DictReader(file)}

    assert made["status"] in known("projectStatus")
    assert made["type"] in known("projectType")
    assert set(made["sector"]) <= known("projectSector")
    assert {one["documentType"] for one in made["documents"]} <= known("documentType")
    asked_for_by_the_schema = {"sourceParty"}
    roles = {role for party in made["parties"] for role in party["roles"]}
    assert roles <= known("partyRole") | asked_for_by_the_schema
    assert made["locations"][0]["gazetteer"]["scheme"] in known("locationGazetteers")


def test_amounts_are_exact_and_equal_everywhere(client, bridge):
    money = bridge.money
    package = simplejson.loads(body(client.get("/open-data/oc4ids.json")), use_decimal=True)
    made = package["projects"][0]
    assert made["budget"]["amount"] == {"amount": money.budget, "currency": "UAH"}
    assert money.budget == CENTS + Decimal("0.01")
    observed = {one["id"]: one["observations"][0]["value"]["amount"] for one in made["metrics"]}
    [line] = csv.DictReader(io.StringIO(body(client.get("/open-data/projects.csv"))))
    [place] = simplejson.loads(body(client.get("/open-data/projects.geojson")), use_decimal=True)["features"]
    for name, metric in [("pledged",) * 2, ("committed",) * 2, ("disbursed",) * 2, ("gap", "fundingGap")]:
        amount = getattr(money, name)
        assert observed[metric] == Decimal(line[name]) == place["properties"][name] == amount
        assert Decimal(line[f"{name}_eur"]) == bridge.in_euros(amount)
    assert place["geometry"]["coordinates"] == [Decimal("23.85"), Decimal("49.26")]


@pytest.mark.parametrize("address", FILES)
def test_what_did_not_change_is_not_sent_again(client, bridge, address):
    first = client.get(address)
    body(first)
    again = {"HTTP_IF_NONE_MATCH": first["ETag"], "HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}
    assert client.get(address, **again).status_code == 304
    bridge.archive(by=bridge.approved_by)
    assert client.get(address, **again).status_code == 200


@pytest.mark.parametrize("address", [*FILES[1:], "/open-data/", "/uk/open-data/"])
def test_drafts_are_in_no_file(client, address):
    draft = ProjectFactory(title_en="Secret plan")
    assert client.get(f"/open-data/projects/{draft.slug}.json").status_code == 404
    assert client.get(FILES[0]).status_code == 404
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"Secret plan" not in b"".join(answer)


def test_the_number_of_queries_does_not_grow(client, bridge):
    def queries():
        with CaptureQueriesContext(connection) as context:
            for address in FILES:
                body(client.get(address))
        return len(context)

    few = queries()
    for _number in range(3):
        other = ProjectFactory(published=True)
        BudgetLineFactory(project=other)
        FundingSourceFactory(project=other)
    assert queries() == few
