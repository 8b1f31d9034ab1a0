"""The public page of a project, what other pages show of it, and what the portal keeps of its editors."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts import deletion, own_data
from accounts.tests.factories import StaffFactory
from cities.models import CityProfile
from cities.tests.factories import CityFactory, MayorFactory
from projects import editing
from projects.models import Document, DocumentVersion, Photo, Project, ProjectUpdate, Risk, Tender
from projects.page import timeline
from projects.shares import shares_of
from projects.tests.factories import (
    BudgetLineFactory,
    FundingSourceFactory,
    MilestoneFactory,
    ProjectFactory,
    ProjectNeedFactory,
)

pytestmark = pytest.mark.django_db


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def full(project, times):
    """Give a project so many parts of each kind, each by another person."""
    for number in range(times):
        person = MayorFactory(city=project.city, public_name=f"Person {number}").user
        BudgetLineFactory(project=project)
        FundingSourceFactory(project=project, city=CityFactory())
        ProjectNeedFactory(project=project, topic_id="water", division="42")
        MilestoneFactory(project=project)
        Risk.objects.create(project=project, text_en="Rain")
        Tender.objects.create(
            project=project, reference=str(number), title_en="Works", url="https://x.example/"
        )
        document = Document.objects.create(project=project, kind="minutes", title_en="Minutes")
        for version in (1, 2):
            DocumentVersion.objects.create(document=document, number=version, file="x", size=1)
        Photo.objects.create(
            project=project, stage="before", alt_en="A ruin", file=f"projects/photos/{number}.webp"
        )
        with editing.recording(project, by=person) as record:
            update = ProjectUpdate(
                project=project, on=date(2026, 1, 1), author=person, text_en=f"News {number}"
            )
            record.save(update, None)


def test_the_page_takes_as_many_queries_for_many_parts_as_for_few(client):
    small, large = (ProjectFactory(published=True, latitude=50.0, longitude=30.0) for _ in range(2))
    full(small, 1)
    full(large, 5)
    client.get(small.get_absolute_url())  # fills the copies in memory
    counts = []
    for project in (small, large):
        for name in ("project", "project-history"):
            with CaptureQueriesContext(connection) as queries:
                shown = page(client.get(reverse(name, args=[project.slug])))
            counts.append(len(queries))
            assert "Person 0" in shown
    assert counts[:2] == counts[2:]
    assert counts[0] <= 20


@pytest.mark.parametrize("code", ["money", "needs", "documents", "photos", "updates"])
def test_the_forms_take_as_many_queries_for_many_rows_as_for_few(client, code):
    mayor, counts = MayorFactory(), []
    client.force_login(mayor.user)
    for times in (0, 1, 5):  # the first request notes the session
        project = ProjectFactory(city=mayor.city)
        full(project, times)
        with CaptureQueriesContext(connection) as queries:
            page(client.get(reverse("project-section", args=[project.slug, code])))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_funding_is_shown_as_pieces_of_the_budget_and_in_euros(client):
    project = ProjectFactory(published=True, rate=Decimal("48.5"), rate_on="2026-11-02", rate_source="NBU")
    BudgetLineFactory(project=project)
    FundingSourceFactory(project=project)
    pieces = [(one.kind, one.amount, one.start, one.width) for one in shares_of(project.money)]
    assert pieces == [
        ("disbursed", 100, 0, 10),
        ("committed", 300, 10, 30),
        ("pledged", 200, 40, 20),
        ("missing", 400, 60, 40),
    ]
    shown = page(client.get(project.get_absolute_url()))
    for words in ["UAH\xa01,000", "UAH\xa0600", "20.62", "48.5 UAH for one euro, Nov. 2, 2026 (NBU)"]:
        assert words in shown
    with translation.override("uk"):
        shown = page(client.get(project.get_absolute_url()))
    assert "1\xa0000\xa0₴" in shown
    assert "20,62" in shown


def test_lateness_is_counted_and_said_in_words(client):
    project, today = ProjectFactory(published=True), timezone.localdate()
    for done, due in [
        (None, today - timedelta(3)),
        (date(2026, 1, 3), date(2026, 1, 1)),
        (None, today + timedelta(9)),
    ]:
        MilestoneFactory(project=project, due_on=due, done_on=done)
    steps = timeline(project.milestones.all(), today)
    assert [(one.kind, one.days_late) for one in steps] == [("done", 2), ("late", 3), ("planned", 0)]
    shown = page(client.get(project.get_absolute_url()))
    assert "3 days late" in shown
    assert "1 of 3 done" in shown


def test_what_people_write_is_shown_as_text(client):
    project = ProjectFactory(
        published=True, title_en="<script>alert(1)</script>", summary_en="<img onerror=x>"
    )
    ProjectNeedFactory(project=project, note_en="</p><script>")
    shown = page(client.get(project.get_absolute_url()))
    assert "<script>alert" not in shown
    assert "<img onerror" not in shown


def test_a_draft_is_seen_by_its_city_and_administrators_only(client):
    draft = ProjectFactory(city=MayorFactory().city)
    assert client.get(draft.get_absolute_url()).status_code == 404
    for user, code in [
        (MayorFactory().user, 404),
        (StaffFactory(), 404),
        (StaffFactory(is_superuser=True), 200),
        (draft.city.mayors.get().user, 200),
    ]:
        client.force_login(user)
        assert client.get(draft.get_absolute_url()).status_code == code
    assert "This is a draft" in page(client.get(draft.get_absolute_url()))


def test_the_page_of_a_city_and_the_desk_show_its_projects(client):
    mayor = MayorFactory()
    CityProfile.objects.create(city=mayor.city)
    assert 'id="projects"' not in page(client.get(mayor.city.get_absolute_url()))
    shown, hidden = ProjectFactory(city=mayor.city, published=True), ProjectFactory(city=mayor.city)
    city = page(client.get(mayor.city.get_absolute_url()))  # not from memory: the data have changed
    assert shown.title_en in city
    assert hidden.title_en not in city
    client.force_login(mayor.user)
    desk = page(client.get("/desk/"))
    for project in (shown, hidden):
        assert reverse("project-edit", args=[project.slug]) in desk


def test_a_person_takes_along_what_they_did_and_leaves_without_a_name(client):
    mayor = MayorFactory(user__name="Olena", public_name="Olena Example", decided_at=timezone.now())
    project = ProjectFactory(city=mayor.city)
    full(project, 1)
    project.publish(by=mayor.user)
    with editing.recording(project, by=mayor.user) as record:
        update = ProjectUpdate(project=project, author=mayor.user, text_en="The roof is on.")
        record.save(update, None)
    data = own_data.collect(mayor.user)
    assert [one["text_en"] for one in data["updates of projects"]] == ["The roof is on."]
    assert len(data["changes of projects"]) == 2
    assert data["projects approved"] == [project.slug]
    assert "Olena Example" in page(client.get(project.get_absolute_url()))
    deletion.delete(mayor.user)
    shown = page(client.get(project.get_absolute_url()))
    assert "Olena" not in shown
    assert "The roof is on." in shown
    assert "A representative of the city" in shown
    assert Project.objects.get().approved_by == mayor.user


def test_an_administrator_archives_what_should_not_go_on_and_edits_nothing(admin_client):
    project = ProjectFactory(published=True)
    address = "/admin/projects/project/"
    chosen = {"action": "archive", "_selected_action": [project.pk]}
    admin_client.post(address, chosen)
    project.refresh_from_db()
    assert project.state == "archived"
    assert "the project is archived" in page(admin_client.post(address, chosen, follow=True))
    assert admin_client.get(f"{address}add/").status_code == 403
    assert "_save" not in page(admin_client.get(f"{address}{project.pk}/change/"))
    assert project.slug  # and its history is listed
    assert "published" in page(admin_client.get("/admin/projects/projectchange/"))
