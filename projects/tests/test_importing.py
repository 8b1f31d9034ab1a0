"""Projects from files: what is read, what is refused, what each row would become, and the drafts of it."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import simplejson
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from cities.spreadsheets import MOST_BYTES as LARGEST_TABLE
from cities.tests.factories import CityFactory, MayorFactory
from projects.importing.conditions import check_constraints
from projects.importing.findings import lines_of
from projects.importing.forms import Checker
from projects.importing.reading import MOST_BYTES, MOST_PROJECTS
from projects.importing.records import item_of
from projects.importing.waiting import work_on_waiting
from projects.models import FundingSource, Project, ProjectChange, ProjectImport, Risk, Tender
from projects.models.money import NOTHING
from projects.open_data import oc4ids

from .factories import BudgetLineFactory, FundingSourceFactory, MilestoneFactory, ProjectFactory

SPECIMENS = [
    {"planned_start": date(2027, 1, 1), "planned_end": date(2026, 1, 1)},
    {"actual_end": date(2026, 1, 1), "title_en": "A"},
    {"latitude": 50.0, "title_en": "", "title_uk": "Б"},
    {"latitude": 50.0, "longitude": 24.0, "rate": Decimal(5), "rate_on": date(2026, 1, 1)},
    {"latitude": 91.0, "longitude": 24.0, "rate": Decimal(0), "rate_on": date(2026, 1, 1)},
    {"rate": Decimal(5), "actual_start": date(2026, 1, 2), "actual_end": date(2026, 1, 1)},
]

pytestmark = pytest.mark.django_db

HERE = "/projects/import/ua/stryi/"
TABLE = """\
Назва;Title;Sector;Стан;SDGs;Кошторис;Currency;Funder;Committed;Початок;Planned end;Lat;Lon;Колір
Школа 5;School;Освіта, Транспорт;preparation;4, 11;1 234 567,89;грн;Fund;9;1.9.2026;2027-05-31;49,26;23.85;red
"""


@pytest.fixture
def stryi():
    return CityFactory(name="Stryi", slug="stryi")


@pytest.fixture
def mayor(client, stryi):
    one = MayorFactory(city=stryi)
    client.force_login(one.user)
    return one


def send(client, content, name="list.csv"):
    content = content.encode() if isinstance(content, str) else content
    answer = client.post(HERE, {"file": SimpleUploadedFile(name, content)}, follow=True)
    return client.get(answer.redirect_chain[-1][0]) if work_on_waiting() else answer


def text(answer):
    return answer.content.decode()


def rows():
    return lines_of(ProjectImport.objects.first())


def broken_sheet():
    """A spreadsheet with a workbook that is no XML."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")
    return written.getvalue()


def table(*records):
    headings = "title_en,sectors,budget,planned_start,planned_end,type,latitude,funder,committed,disbursed"
    return "\n".join([headings, *records])


def take(client, **more):
    address = ProjectImport.objects.first().get_absolute_url()
    client.post(address, {"action": "import", **more})
    assert "being made" in text(client.get(address)) or ProjectImport.objects.first().done_at
    work_on_waiting()
    return text(client.get(address))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_a_table_in_both_languages_becomes_drafts_with_history(client, mayor, stryi, encoding):
    page = text(send(client, TABLE.encode(encoding)))
    assert "These columns are not used: Колір" in page
    assert "Make 1 draft" in page
    assert not Project.objects.exists()
    for _twice in range(2):
        assert "1 draft is made" in take(client)
    made = Project.objects.get()
    assert (made.state, made.city, made.title_uk, made.slug) == ("draft", stryi, "Школа 5", "school")
    assert (made.sectors, made.goals, made.status) == (["education", "transport"], [4, 11], "preparation")
    assert (made.currency, made.money.budget, made.latitude) == ("UAH", Decimal("1234567.89"), 49.26)
    assert (str(made.planned_start), str(made.planned_end)) == ("2026-09-01", "2027-05-31")
    source = made.funding_sources.get()
    assert (source.name_en, source.pledged, source.disbursed) == ("Fund", 9, 0)
    changes = ProjectChange.objects.filter(project=made)
    assert [(one.version, one.part) for one in changes.order_by("id")] == [
        (1, "project"),
        (1, "budgetline"),
        (1, "fundingsource"),
    ]
    assert not changes.filter(is_public=True).exists()
    edit = text(client.get(f"/projects/{made.slug}/edit/"))
    assert "imported from the file “list.csv”" in edit
    assert AuditEntry.objects.get(action="projects imported").details["made"] == [made.slug]
    assert rows() == []
    again = send(client, TABLE)
    assert "has the title of another project: tick it" in text(again)
    answer = client.post(again.wsgi_request.path, {"action": "import"}, follow=True)
    assert "Tick the projects" in text(answer)
    assert not ProjectImport.objects.first().confirmed_at


def test_each_row_has_its_errors_and_nothing_is_lost(client, mayor, stryi):
    ProjectFactory(city=stryi, title_en="Old  mill", title_uk="")
    ProjectFactory(title_en="New mill")
    page = text(
        send(
            client,
            table(
                "Bridge,transport.road;Flood protection,,2027-01-01,2026-01-01,construction,,,,",
                "Road,nonsense,1.2.3,31/12/2026,,=1+1,50,Bank,10,20",
                "OLD mill,,,,,,,,,",
                "New mill,,,,,,,,,",
                "new MILL,,,,,,,,,",
            ),
        )
    )
    assert [row.verdict.value for row in rows()] == ["error", "error", "similar", "new", "similar"]
    for said in (
        "The planned end is before the planned start.",
        "Sectors: Select a valid choice. nonsense",
        "This is no amount",
        "Enter a valid date",
        "More is disbursed than committed.",
        "A place needs both latitude and longitude",
    ):
        assert said in page, said
    address = ProjectImport.objects.get().get_absolute_url()
    sent = b"".join(client.get(f"{address}?format=left-out").streaming_content).decode("utf-8-sig")
    left = list(csv.DictReader(io.StringIO(sent)))
    assert [one["title_en"] for one in left] == ["Bridge", "Road", "OLD mill", "new MILL"]
    assert left[1]["type"] == "'=1+1"
    assert "This is no amount" in left[1]["Why not"]
    page = take(client, also=["4", "x", "99999999999999999999"])
    assert "2 drafts are made" in page
    assert [(row.number, row.verdict.value) for row in rows()] == [(2, "error"), (3, "error"), (6, "similar")]
    assert list(stryi.projects.order_by("id").values_list("title_en", "slug")) == [
        ("Old  mill", "old-mill"),
        ("OLD mill", "old-mill-2"),
        ("New mill", "new-mill-2"),
    ]
    assert "Це не сума" in text(client.get(f"/uk{address}"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{" + b" " * MOST_BYTES, "larger than 5 MB"),
        (b"title\n" + b"x" * LARGEST_TABLE, "larger than 1 MB"),
        (b"[" * 100_000, "JSON"),
        (b'{"title": "A", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", "JSON of the file cannot be read"),
        (b'[{"title": "A"},\n{"title": NaN}]', "JSON"),
        (b'{"title": "\\ud800"}', "no text"),
        (b'{"type": "FeatureCollection"}', "neither a package nor a list"),
        (b'{"projects": []}', "no projects"),
        (json.dumps([{}] * (MOST_PROJECTS + 1)).encode(), "more than 500 projects"),
        (b"title\n" + b"A\n" * (MOST_PROJECTS + 1), "more than 500 rows"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"PK\x03\x04 broken", "damaged"),
        (broken_sheet(), "damaged"),
        (b"%PDF-1.7\n\xff\xfe\x00", "no text"),
        (b"budget,place\n1,2\n", "missing: Title in English or Title in Ukrainian"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why_and_keeps_nothing(client, mayor, content, said):
    assert said in text(send(client, content))
    assert not ProjectImport.objects.exists()


@pytest.mark.parametrize(
    "record",
    [
        None,
        7,
        "text",
        [[]],
        {},
        {
            "id": [],
            "title": {},
            "sector": 5,
            "budget": [],
            "locations": "x",
            "milestones": {},
            "documents": [1],
        },
        {"title": "A\x00B"},
        {"title": "A", "budget": {"amount": {"amount": Decimal("1E+999999"), "currency": ["UAH"]}}},
        {"title": "A", "budget": {"amount": {"amount": 10**4000, "currency": "UAH"}}},
        {"title": "A", "budget": {"amount": {"amount": -1, "currency": "XXX"}}},
        {
            "title": "A",
            "locations": [{"geometry": {"type": "Point", "coordinates": [[], True]}}, 3],
            "type": {},
        },
        {"title": "A", "policyAlignment": {"policies": ["SDG"], "description": "99. x; 1. y"}},
        {"title": "A", "contractingProcesses": [{"id": "1"}, {"id": "1"}], "period": {"startDate": "soon"}},
        {"title": "A", "milestones": [{"title": "B"}] * 61},
    ],
    ids=str,
)
def test_a_record_of_any_shape_gets_a_sentence(client, mayor, record):
    found = send(client, simplejson.dumps([record, {"title": "Good", "language": "en"}], use_decimal=True))
    assert found.status_code == 200
    bad, good = rows()
    assert (good.verdict, bad.verdict) == ("new", "error")
    assert bad.errors
    take(client)
    assert [one.title_en for one in Project.objects.all()] == ["Good"]


@pytest.fixture
def bridge(stryi):
    """A project that has everything the export writes and the import takes over."""
    project = ProjectFactory(
        city=stryi, title_en="A bridge", title_uk="Міст", summary_en="", summary_uk="Через Стрий.",
        sectors=["transport.road", "economy"], goals=[9, 11], status="implementation", beneficiaries=12_000,
        beneficiaries_en="Everybody", planned_start="2026-01-01", planned_end="2027-06-30",
        actual_start="2026-02-03", latitude=49.260001, longitude=23.85, address_uk="Мостова, 1",
        interests="declared", interests_en="A cousin builds.", published=True, is_demonstration=True,
    )  # fmt: skip
    BudgetLineFactory(project=project, amount=Decimal("999999999999.98"))
    BudgetLineFactory(project=project, label_en="Nails", label_uk="Цвяхи", amount=Decimal("0.01"))
    FundingSourceFactory(project=project, agreed_on="2026-01-02", year=2026)
    FundingSourceFactory(
        project=project, city=CityFactory(), arrangement="grant", origin="international", ownership="private"
    )
    MilestoneFactory(project=project, title_uk="Проєкт готовий")
    MilestoneFactory(project=project, done_on="2026-02-01")
    Risk.objects.create(project=project, text_en="Floods", mitigation_uk="Дамба")
    for status in Tender.Status:
        Tender.objects.create(
            project=project, reference=status, title_uk="Роботи", url="https://a.example/1", status=status
        )
    return project


OWN = {"updated", "url", "dateModified", "datePublished"}
"""What each copy has for itself, besides numbers."""


def comparable(record):
    """A record without what says which copy it is."""
    if isinstance(record, dict):
        return {name: comparable(one) for name, one in record.items() if name not in OWN | {"id"}}
    return [comparable(one) for one in record] if isinstance(record, list) else record


def exported(project):
    return oc4ids.record(Project.objects.with_open_data().get(pk=project.pk))


def test_what_our_own_export_writes_comes_back_equal(client, mayor, bridge):
    before = exported(bridge)
    assert item_of(before).unused == []
    other = ProjectFactory(title_en="Elsewhere", published=True)
    package = {"projects": [before, exported(other)]}
    assert "is there already" in text(send(client, oc4ids.dumps(package), "all.json"))
    assert [row.verdict.value for row in rows()] == ["known", "elsewhere"]
    address = ProjectImport.objects.get().get_absolute_url()
    sent = simplejson.loads(client.get(f"{address}?format=left-out").content, use_decimal=True)
    assert sent["projects"] == simplejson.loads(oc4ids.dumps(package), use_decimal=True)["projects"]
    Project.objects.filter(pk=bridge.pk).update(city=CityFactory())
    send(client, oc4ids.dumps(package), "all.json")
    take(client)
    copy = Project.objects.get(city=mayor.city)
    assert (copy.state, copy.slug, copy.interests_by) == ("draft", "a-bridge-2", mayor.user)
    assert comparable(exported(copy)) == comparable(before)
    assert (copy.summary_en, copy.summary_uk) == ("", "Через Стрий.")


def test_what_is_not_taken_over_is_named(client, mayor):
    record = {
        "id": "x-1",
        "title": "Шлях",
        "assetLifetime": {"endDate": "2050"},
        "documents": [{"id": "1", "url": "https://a.example/a.pdf"}],
        "budget": {"amount": {"amount": Decimal("10.5"), "currency": "EUR"}, "approvalDate": "2026-01-01"},
        "contractingProcesses": [{"id": "ocds-1", "summary": {"status": "closed", "contractValue": {}}}],
    }
    page = text(send(client, oc4ids.dumps(record), "one.json"))
    named = re.findall(r"<code>(.*?)</code>", page)
    assert named == [
        "assetLifetime",
        "budget.approvalDate",
        "contractingProcesses.summary.contractValue",
        "documents",
    ]
    take(client)
    made = Project.objects.get()
    assert (made.title_uk, made.money.budget, made.tenders.get().status) == (
        "Шлях",
        Decimal("10.50"),
        "complete",
    )


def test_a_number_that_stands_twice_in_a_file_is_taken_once(client, mayor):
    send(client, json.dumps([{"id": "x-1", "title": "A"}, {"id": "x-1", "title": "B"}]), "two.json")
    assert [row.verdict.value for row in rows()] == ["new", "repeated"]
    take(client)
    assert Project.objects.get().title_en == "A"


def test_as_many_queries_for_many_rows(client, mayor):
    def queries(count, do):
        send(client, table(*(f"Project {count} {n},education,1000,,,,,Bank,5,1" for n in range(count))))
        with CaptureQueriesContext(connection) as found:
            do()
        return len(found)

    page = lambda: client.get(ProjectImport.objects.first().get_absolute_url())  # noqa: E731
    assert queries(1, page) == queries(12, page)
    assert queries(2, lambda: take(client)) == queries(13, lambda: take(client))
    assert Project.objects.count() == 15


def test_colleagues_and_other_cities_do_not_reach_a_list(client, mayor, stryi):
    send(client, table("Bridge,,,,,,,,,"))
    address = ProjectImport.objects.get().get_absolute_url()
    assert "Bridge" in text(client.get(address))
    assert b"Title in English" in client.get(f"{HERE}?format=csv").content
    assert "Назва українською".encode() in client.get(f"/uk{HERE}?format=csv").content
    client.force_login(MayorFactory(city=stryi).user)
    assert client.get(address).status_code == 404
    client.force_login(MayorFactory().user)
    assert client.get(HERE).status_code == 404


def sent(client, content):
    """The address of a file that no worker has seen yet."""
    answer = client.post(HERE, {"file": SimpleUploadedFile("list.csv", content.encode())})
    return answer.headers["Location"]


def test_a_check_shows_how_far_it_is_and_nothing_is_confirmed_before_its_end(client, mayor, monkeypatch):
    address = sent(client, table(*(f"Project {n},,,,,,,,," for n in range(2))))
    monkeypatch.setattr("projects.importing.waiting.CHECKS_BETWEEN_REPORTS", 1)
    seen, judge = [], Checker.project

    def watched(*args):
        seen.append(re.search(r'<progress max="100" value="(\d+)"', text(client.get(address)))[1])
        return judge(*args)

    monkeypatch.setattr(Checker, "project", watched)
    page = text(client.get(address))
    assert "waits for its turn" in page
    assert 'hx-trigger="load' in page
    assert f'<a href="{address}">Look again</a>' in page
    client.post(address, {"action": "import"})
    work_on_waiting()
    assert seen == ["0", "25", "50", "75"]
    page = text(client.get(address))
    assert "Make 2 drafts" in page
    assert "hx-trigger" not in text(client.get(address)).partition("<main")[2]
    assert not Project.objects.exists()


def test_a_killed_worker_leaves_the_check_to_the_next_and_what_fails_can_be_tried_again(
    client, mayor, monkeypatch
):
    def killed(*args):
        raise SystemExit

    address = sent(client, table("Bridge,,,,,,,,,"))
    with monkeypatch.context() as patch:
        patch.setattr(Checker, "project", killed)
        with pytest.raises(SystemExit):
            work_on_waiting()
        assert "is being checked" in text(client.get(address))
        patch.setattr(Checker, "project", lambda *args: 1 / 0)
        for _attempt in range(ProjectImport.MAX_ATTEMPTS):
            work_on_waiting()
    page = text(client.get(address))
    assert "could not finish" in page
    assert "ZeroDivisionError" in ProjectImport.objects.get().error
    client.post(address, {"action": "again"})
    work_on_waiting()
    assert "Make 1 draft" in text(client.get(address))


def test_drafts_are_made_once_though_the_worker_is_killed_right_after(client, mayor, monkeypatch):
    address = sent(client, table("Bridge,,,,,,,,,", "Road,nonsense,,,,,,,,"))
    work_on_waiting()
    client.post(address, {"action": "import"})
    with monkeypatch.context() as patch:
        patch.setattr("projects.importing.waiting.find", lambda *args: exit())
        with pytest.raises(SystemExit):
            work_on_waiting()
    page = text(client.get(address))
    assert "1 draft is made" in page
    assert "checked once more" in page
    work_on_waiting()
    assert [row.title for row in rows()] == ["Road"]
    assert Project.objects.count() == 1


def test_a_list_forgotten_while_it_is_checked_stays_forgotten(client, mayor, monkeypatch):
    address, judge = sent(client, table("Bridge,,,,,,,,,")), Checker.project

    def forgotten(*args):
        client.post(address, {"action": "forget"})
        return judge(*args)

    monkeypatch.setattr(Checker, "project", forgotten)
    assert work_on_waiting() == 1
    assert client.get(address).status_code == 404


def problems(judge):
    """The sentences of what a check of constraints raises."""
    try:
        judge()
    except ValidationError as found:
        return sorted(found.messages)
    return []


@pytest.mark.parametrize("values", SPECIMENS, ids=str)
def test_constraints_are_judged_as_the_database_judges_them(values):
    project = Project(**values)
    source = FundingSource(pledged=NOTHING, committed=values.get("rate") or NOTHING, disbursed=Decimal(3))
    for one, exclude in [(project, {"slug"}), (project, {"slug", "latitude"}), (source, set())]:
        judged = problems(lambda one=one, exclude=exclude: check_constraints(one, exclude))
        assert judged == problems(lambda one=one, exclude=exclude: one.validate_constraints(exclude))
        assert judged or one is project
