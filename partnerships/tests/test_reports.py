"""Reports: only through an open one do administrators read what two sides wrote, and the log says so."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts import own_data
from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.conversations.writing import write
from partnerships.models import Attachment, Conversation, Report
from partnerships.tests.factories import interest_between

pytestmark = pytest.mark.django_db
PRIVATE = ["We would like to learn from you.", "A word between us.", "Слово між нами."]
OPENED = "conversation opened"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def report():
    """A report of an accepted interest with a message and a file."""
    interest = interest_between(CityFactory(name="Lviv"), CityFactory(name="Gdańsk"))
    receiver = interest.receiver.people()[0]
    interest.accept(by=receiver)
    text = (PRIVATE[1], PRIVATE[2])
    message = write(Conversation.objects.get(), interest.receiver, by=receiver, text=text, once=uuid4())
    Attachment.objects.create(
        message=message, file=ContentFile(b"plan", name="x"), file_name="plan.txt", type="text/plain", size=4
    )
    return Report.objects.create(interest=interest, by=interest.by, text="They ask for money.")


@pytest.fixture
def reviewer(client):
    """A signed-in member of staff with these rights."""

    def sign_in(*rights, **fields):
        person = StaffFactory(rights=rights, **fields)
        client.force_login(person)
        return person

    return sign_in


def page_of(report):
    return reverse("admin:partnerships_report_change", args=[report.pk])


def file_of(report):
    return reverse("admin:partnerships_report_file", args=[report.pk, Attachment.objects.get().pk])


def opened():
    return AuditEntry.objects.filter(action=OPENED)


def test_without_opening_a_report_nobody_reads_the_two(client, report, reviewer):
    reviewer(is_superuser=True)
    interest = report.interest.pk
    pages = [
        reverse("admin:partnerships_interest_changelist"),
        reverse("admin:partnerships_interest_change", args=[interest]),
        reverse("admin:partnerships_report_changelist"),
        page_of(report),
    ]
    for page in pages:
        answer = client.get(page)
        assertContains(answer, "Lviv → Gdańsk")
        for text in PRIVATE:
            assertNotContains(answer, text)
    for theirs in ("interest", "conversation"):
        number = {"interest": interest, "conversation": Conversation.objects.get().pk}[theirs]
        assert client.get(reverse(theirs, args=[number])).status_code == 404
    assert not opened().exists()


def test_every_opening_is_in_the_log(client, report, reviewer):
    person = reviewer("view_report", "read_reported")
    for times in (1, 2):
        answer = client.post(page_of(report), {"decision": "read"})
        for text in PRIVATE:
            assertContains(answer, text)
        assert opened().filter(actor=person, details__report=report.pk).count() == times
    answer = client.get(file_of(report))
    assert b"".join(answer.streaming_content) == b"plan"
    assert AuditEntry.objects.get(action="conversation file opened").details["file"] == "plan.txt"


@pytest.mark.parametrize(("right", "may"), [("view_report", False), ("read_reported", True)])
def test_reading_takes_a_right_of_its_own(client, report, reviewer, right, may):
    reviewer("view_report", right)
    codes = [
        client.post(page_of(report), {"decision": "read"}).status_code,
        client.get(file_of(report)).status_code,
    ]
    assert codes == ([200, 200] if may else [403, 403])
    assert opened().exists() == may


def test_it_is_closed_with_a_note_and_then_opens_nothing(client, report, reviewer):
    person = reviewer("change_report", "read_reported")
    assertContains(
        client.post(page_of(report), {"decision": "close", "note": " "}), "This field is required."
    )
    client.post(page_of(report), {"decision": "close", "note": "A warning was sent."})
    report.refresh_from_db()
    assert (report.closed_by, report.note, report.is_open) == (person, "A warning was sent.", False)
    assert AuditEntry.objects.filter(action="report closed", actor=person).count() == 1
    [own] = own_data.collect(report.by)["reports"]
    assert own["text"] == "They ask for money."
    assert "A warning was sent." not in str(own)
    answer = client.post(page_of(report), {"decision": "read"}, follow=True)
    assertContains(answer, "has closed this report already")
    assertNotContains(answer, PRIVATE[1])
    assert client.get(file_of(report)).status_code == 404
    assert not opened().exists()


def test_a_file_of_others_is_not_found(client, report, reviewer):
    reviewer(is_superuser=True)
    other = interest_between(CityFactory(), CityFactory())
    other.accept(by=other.receiver.people()[0])
    theirs = Report.objects.create(interest=other, by=other.by, text="Another matter.")
    assert client.get(file_of(theirs)).status_code == 404


def test_nobody_decides_on_a_report_of_their_own_city(client, report, reviewer):
    person = reviewer("change_report")
    MayorFactory(user=person, city=report.interest.sender.city)
    answer = client.post(page_of(report), {"decision": "close", "note": "All is well."}, follow=True)
    assertContains(answer, "somebody else has to decide")
    report.refresh_from_db()
    assert report.is_open


def test_the_queue_shows_what_is_open_in_a_constant_number_of_queries(
    client, report, reviewer, django_assert_max_num_queries
):
    reviewer(is_superuser=True)
    assertContains(client.get(reverse("admin:index")), "Reports: <strong>1</strong>")
    lists = [
        reverse("admin:partnerships_report_changelist"),
        reverse("admin:partnerships_interest_changelist"),
    ]
    for _ in range(5):
        one = interest_between(CityFactory(), CityFactory())
        Report.objects.create(interest=one, by=one.by, text="Again.")
    report.close(by=report.by, note="Done.")
    for page in lists:
        with django_assert_max_num_queries(14):
            answer = client.get(page)
        assert len(answer.context["cl"].result_list) == (5 if "report" in page else 6)
    assertContains(client.get(f"{lists[0]}?state=closed"), "Lviv → Gdańsk")
