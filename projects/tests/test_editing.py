"""Editing a project: who may, what is saved, what is refused, and two editors at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEntry
from cities.tests.factories import CityFactory, MayorFactory
from projects import editing
from projects.amounts import read_amount
from projects.models import BudgetLine, FundingSource, Milestone, Project, ProjectChange, ProjectNeed, Tender
from projects.models.project import NotPossible
from projects.tests.factories import BudgetLineFactory, MilestoneFactory, ProjectFactory

pytestmark = pytest.mark.django_db

BASICS = {
    "title_en": "A school with a shelter",
    "title_uk": "Школа з укриттям",
    "summary_en": "For 600 pupils.",
    "sectors": ["education"],
    "type": "construction",
    "status": "implementation",
    "planned_start": "2026-03-01",
    "planned_end": "2027-08-31",
    "latitude": "49.84",
    "longitude": "24.03",
    "goals": ["4", "11"],
}

FUND = {"name_en": "A", "origin": "domestic", "ownership": "public"}
STEP = {"title_en": "A", "due_on": "2026-01-01"}
TENDER = {"reference": "1", "title_en": "A", "status": "planned"}


@pytest.fixture
def mayor(client):
    one = MayorFactory(city=CityFactory(name="Stryi", names=["Стрий"]), public_name="Olena Example")
    client.force_login(one.user)
    return one


@pytest.fixture
def project(mayor):
    return ProjectFactory(city=mayor.city, published=True, title_en="School", title_uk="Школа")


def rows(model, *typed, initial=0, **more):
    """What a browser sends of a table."""
    prefix = model._meta.model_name
    data = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": initial, **more}
    for number, row in enumerate(typed):
        data.update({f"{prefix}-{number}-{name}": value for name, value in row.items()})
    return data


def send(client, project, code, data, seen=None, action="save"):
    if seen is None:
        seen = Project.objects.get(pk=project.pk).version
    return client.post(
        reverse("project-section", args=[project.slug, code]),
        {**data, "seen": seen, "action": action},
        follow=True,
    )


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_project_is_begun_completed_and_published(client, mayor):
    address = reverse("project-new", args=["ua", "stryi"])
    assert "English or in Ukrainian" in page(client.post(address, {"summary_en": "Without a title"}))
    client.post(address, {"title_uk": "Школа з укриттям"})
    project = Project.objects.get()
    assert (project.slug, project.state, project.city) == ("shkola-z-ukryttiam", "draft", mayor.city)
    state = reverse("project-edit", args=[project.slug])
    refused = page(client.post(state, {"action": "publish"}, follow=True))
    for wanted in ["A summary", "A sector", "The status", "A budget", "conflicts of interest"]:
        assert wanted in refused
    send(client, project, "basics", BASICS)
    send(client, project, "interests", {"interests": "none"})
    money = {
        "currency": "UAH",
        **rows(BudgetLine, {"label_en": "Works", "amount": "1 234 567,89"}),
        **rows(
            FundingSource,
            {
                "name_en": "Twin",
                "city": "Стрий",
                "origin": "domestic",
                "ownership": "public",
                "committed": "5",
            },
        ),
    }
    assert "Saved." in page(send(client, project, "money", money))
    project.refresh_from_db()
    assert (project.goals, project.planned_end, project.interests_by) == (
        [4, 11],
        date(2027, 8, 31),
        mayor.user,
    )
    assert project.money.budget == Decimal("1234567.89")
    funding = FundingSource.objects.get()
    assert (funding.city, funding.pledged, funding.disbursed) == (mayor.city, 5, 0)
    assert not ProjectChange.objects.public().exists()
    assert "Published." in page(client.post(state, {"action": "publish"}, follow=True))
    project.refresh_from_db()
    assert (project.state, project.approved_by) == ("published", mayor.user)
    assert AuditEntry.objects.get(action="project published").actor == mayor.user
    client.logout()
    assert "A school with a shelter" in page(client.get(project.get_absolute_url()))


def test_every_change_of_a_published_project_is_told(client, project):
    line, roof = BudgetLineFactory(project=project), {"label_en": "Roof", "amount": "7"}
    money = {
        "currency": "UAH",
        "budget_is_unknown": "on",
        **rows(BudgetLine, {"pk": line.pk, "label_en": "Works", "amount": "2000"}, roof, initial=1),
        **rows(FundingSource),
    }
    before, audited = ProjectChange.objects.count(), AuditEntry.objects.count()
    shown = page(send(client, project, "money", money, action="preview"))
    for words in ["UAH\xa01,000", "UAH\xa02,000", "“Roof”: added", "Olena Example", 'value="Roof"']:
        assert words in shown
    line.refresh_from_db()
    assert (line.amount, project.budget_lines.count()) == (1000, 1)
    assert (ProjectChange.objects.count(), AuditEntry.objects.count()) == (before, audited)
    send(client, project, "money", money)
    send(client, project, "basics", BASICS)
    told = {
        (one.part, one.about_en, one.field): (one.old, one.new)
        for one in project.changes.public().order_by("id")
    }
    assert told["budgetline", "Works", "amount"] == ("1000.00", "2000.00")
    assert told["budgetline", "Roof", ""] == (None, {"label_en": "Roof", "label_uk": "", "amount": "7.00"})
    assert told["project", "", "status"] == ("preparation", "implementation")
    assert told["project", "", "planned_end"] == (None, "2027-08-31")
    client.logout()
    shown = page(client.get(reverse("project-history", args=[project.slug])))
    for words in ["UAH\xa01,000", "UAH\xa02,000", "Aug. 31, 2027", "Olena Example", "“Roof”: added"]:
        assert words in shown
    with translation.override("uk"):
        shown = page(client.get(reverse("project-history", args=[project.slug])))
    assert "1\xa0000\xa0₴" in shown
    send_nothing = ProjectChange.objects.count()
    client.force_login(project.city.mayors.get().user)
    assert "Nothing would be changed." in page(send(client, project, "basics", BASICS, action="preview"))
    assert "Nothing was changed." in page(send(client, project, "basics", BASICS))
    assert ProjectChange.objects.count() == send_nothing


def test_the_second_of_two_editors_sees_what_changed_and_loses_nothing(client, project):
    step = MilestoneFactory(project=project)
    seen = project.version
    other = MayorFactory(city=project.city, public_name="Petro Other").user
    with editing.recording(project, by=other) as record:
        before = editing.values_of(step)
        step.title_en = "Design is approved"
        record.save(step, before)
        record.save(Milestone(project=project, title_en="Added by Petro", due_on=date(2026, 5, 1)), None)
    mine = rows(
        Milestone,
        {"pk": step.pk, "title_en": "My own words", "due_on": "2026-02-02"},
        {"title_en": "Added by Olena", "due_on": "2026-06-01"},
        initial=1,
    )
    shown = page(send(client, project, "milestones", mine, seen))
    assert "somebody else changed this" in shown
    for words in ["Petro Other", "Design is approved", "Added by Petro", "My own words", "Added by Olena"]:
        assert words in shown
    assert set(project.milestones.values_list("title_en", flat=True)) == {
        "Design is approved",
        "Added by Petro",
    }
    project.refresh_from_db()
    page(send(client, project, "milestones", mine, project.version))
    assert list(project.milestones.values_list("title_en", flat=True)) == [
        "My own words",
        "Added by Petro",
        "Added by Olena",
    ]


def test_what_the_second_editor_left_alone_stays_as_the_first_one_made_it(client, project):
    seen = project.version
    send(
        client,
        project,
        "basics",
        {**BASICS, "summary_en": "By the first.", "status": "completion", "goals": ["1"]},
    )
    mine = {  # the second saw the project as it was, and changes the title only
        "title_en": "By the second",
        "title_uk": "Школа",
        "summary_en": "A school with a shelter.",
        "sectors": ["education"],
        "type": "construction",
        "status": "preparation",
    }
    shown = page(send(client, project, "basics", mine, seen))
    assert "somebody else changed this" in shown
    form = shown.partition('<form method="post"')[2]
    for words in [
        'value="By the second"',
        "By the first.",
        'value="completion" selected',
        'value="2027-08-31"',
    ]:
        assert words in form
    assert 'value="1" id="id_goals_0" checked' in form
    assert "A school with a shelter." not in form


def test_who_edits_another_part_meanwhile_is_in_nobodys_way(client, project):
    seen = project.version
    with editing.recording(project, by=None) as record:
        record.save(ProjectNeed(project=project, kind="finance", title_en="Money"), None)
    assert "Saved." in page(send(client, project, "basics", BASICS, seen))
    assert project.needs.count() == 1


def test_a_row_that_was_removed_meanwhile_comes_back(client, project):
    step = MilestoneFactory(project=project)
    mine = rows(Milestone, {"pk": step.pk, "title_en": "Kept", "due_on": "2026-02-02"}, initial=1)
    with editing.recording(project, by=None) as record:
        record.remove(step)
    assert "somebody else changed this" in page(send(client, project, "milestones", mine, 1))
    send(client, project, "milestones", mine)
    assert project.milestones.get().title_en == "Kept"


def test_another_row_is_added_without_losing_what_was_typed_or_finding_fault(client, project):
    typed = rows(Milestone, {"title_en": "Half a row"}, {})
    shown = page(send(client, project, "milestones", typed, action="add-milestone"))
    assert "Half a row" in shown
    assert 'name="milestone-2-title_en"' in shown
    assert "This field is required" not in shown
    assert "This field is required" in page(send(client, project, "milestones", typed))
    assert not project.milestones.exists()


def test_rows_are_removed_and_the_history_keeps_what_they_said(client, project):
    step = MilestoneFactory(project=project)
    sent = rows(Milestone, {"pk": step.pk, "title_en": "x", "due_on": "", "DELETE": "on"}, initial=1)
    send(client, project, "milestones", sent)
    assert not project.milestones.exists()
    assert project.changes.get(part="milestone").old["title_en"] == "Design is ready"


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("basics", {**BASICS, "planned_end": "2026-02-28"}, "planned end is before the planned start"),
        ("basics", {**BASICS, "planned_end": "2026-02-30"}, "Enter a valid date"),
        ("basics", {**BASICS, "actual_end": "2026-03-01"}, "has an actual start too"),
        ("basics", {**BASICS, "latitude": "nan"}, "Enter a number"),
        ("basics", {**BASICS, "latitude": ""}, "both latitude and longitude"),
        ("basics", {**BASICS, "title_en": "\x00"}, "Null characters"),
        ("basics", {**BASICS, "summary_en": ""}, "keeps what publishing asks for"),
        ("money", {"currency": "XXX"}, "Select a valid choice"),
        ("money", {"currency": "EUR", "rate": "48.5", "rate_on": "2026-01-01"}, "need no rate"),
        ("money", {"currency": "UAH", **rows(BudgetLine, {"label_en": "A", "amount": "-5"})}, "below zero"),
        (
            "money",
            {"currency": "UAH", **rows(BudgetLine, {"label_en": "A", "amount": "9" * 16})},
            "that large",
        ),
        ("money", {"currency": "UAH", **rows(BudgetLine, {"label_en": "A", "amount": "1e5"})}, "no amount"),
        ("money", {"currency": "UAH", **rows(BudgetLine, {"label_en": "A", "amount": "1,234"})}, "not clear"),
        (
            "money",
            {
                "currency": "UAH",
                **rows(FundingSource, {**FUND, "committed": "1", "disbursed": "2"}),
            },
            "More is disbursed than committed",
        ),
        (
            "money",
            {"currency": "UAH", **rows(FundingSource, {"name_en": "A", "city": "Nowhere"})},
            "No city is called so",
        ),
        ("milestones", rows(Milestone, {**STEP, "done_on": "2099-01-01"}), "cannot lie ahead"),
        (
            "milestones",
            {"milestone-TOTAL_FORMS": "9999999", "milestone-INITIAL_FORMS": "x"},
            "At most 60 rows",
        ),
        ("tenders", rows(Tender, {**TENDER, "url": "javascript:alert(1)"}), "valid URL"),
        ("tenders", rows(Tender, {**TENDER, "url": "http://prozorro.gov.ua/"}), "valid URL"),
        ("tenders", rows(Tender, TENDER, TENDER), "listed already"),
    ],
)
def test_bad_input_is_refused_in_words_and_shown_again(client, project, code, typed, words):
    data = {"budget_is_unknown": "on", **rows(BudgetLine), **rows(FundingSource), **typed}
    shown = page(send(client, project, code, data))
    assert words in shown
    assert "Nothing was saved" in shown
    assert Project.objects.get().version == 1
    assert not ProjectChange.objects.exists()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234 567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1,234.5", "1234.50"),
        ("0.1", "0.10"),
        ("12345", "12345.00"),
        ("1,234,567", "1234567.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert read_amount(text) == Decimal(amount)


def test_an_archived_project_stays_open_to_everybody_but_not_to_changes(client, project):
    state = reverse("project-edit", args=[project.slug])
    client.post(state, {"action": "archive"})
    assert "is archived" in page(send(client, project, "basics", BASICS))
    assert Project.objects.get().title_en == "School"
    client.post(state, {"action": "publish"})
    assert Project.objects.get().state == "archived"
    user = project.city.mayors.get().user
    client.logout()
    assert "This project is archived" in page(client.get(project.get_absolute_url()))
    Project.objects.get().restore(by=user)
    with pytest.raises(NotPossible):
        Project.objects.get().restore(by=user)
    assert [(one.old, one.new) for one in project.changes.public().order_by("id")] == [
        ("published", "archived"),
        ("archived", "published"),
    ]


def test_others_find_no_draft_and_nothing_to_edit(client, project):
    draft = ProjectFactory(city=project.city)
    stranger = MayorFactory().user
    for visitor in (None, stranger):
        client.logout()
        if visitor:
            client.force_login(visitor)
        for name in ("project", "project-history"):
            assert client.get(reverse(name, args=[draft.slug])).status_code == 404
    for name, more in [("project-edit", []), ("project-section", ["basics"])]:
        assert client.get(reverse(name, args=[project.slug, *more])).status_code == 404
    assert client.post(reverse("project-edit", args=[project.slug]), {"action": "archive"}).status_code == 404
    project.city.mayors.get().suspend(by=stranger, note="Under question.")
    client.force_login(project.city.mayors.get().user)
    assert client.get(reverse("project", args=[draft.slug])).status_code == 404
    assert client.get(reverse("project-edit", args=[project.slug])).status_code == 404
