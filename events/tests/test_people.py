"""The people of an event as organisers see them, and checking in."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.notifications import sentence
from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, CountryFactory
from events.models import GuestInvitation
from events.people import exporting
from partnerships.models import Party
from partnerships.tests.factories import OrganisationFactory

from .factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(client):
    made, organiser = EventFactory(capacity=3), UserFactory(name="Iryna")
    made.organisers.add(organiser)
    client.force_login(organiser)
    return made


def text(answer):
    return answer.content.decode()


def of(event, *more):
    return reverse("event-people", args=[event.slug])


def party_in(code, make=CityFactory):
    country = CountryFactory(code=code)
    return Party.objects.of(make(country=country) if make is CityFactory else make(city__country=country))


def states(event):
    return [*event.registrations.order_by("pk").values_list("state", flat=True)]


def test_organisers_see_search_and_count(client, event, django_assert_num_queries):
    RegistrationFactory(event=event, name="Olha Koval", party=party_in("PL"))
    RegistrationFactory(event=event, name="Petro", party=party_in("DE", OrganisationFactory))
    RegistrationFactory(event=event, name="Ada", party=None, guest_of="Engines", state="waiting")
    page = text(client.get(of(event)))
    assert all(name in page for name in ("Olha Koval", "Petro", "Ada", "Engines", "Poland", "Germany"))
    found = text(client.get(of(event), {"q": "oval olha"}))
    assert "Olha Koval" in found
    assert "Petro" not in found
    assert "Petro" not in text(client.get(of(event), {"state": "waiting"}))
    with CaptureQueriesContext(connection) as few:
        client.get(of(event))
    for number in range(5):
        RegistrationFactory(event=event, name=f"More {number}", party=party_in("DE", OrganisationFactory))
    with django_assert_num_queries(len(few)):
        client.get(of(event))


def test_many_guests_take_as_many_queries_as_few(client, event, django_assert_num_queries):
    address = reverse("event-guests", args=[event.slug])

    def invite(number):
        known = {"name": "Ada", "email": f"ada{number}@example.org", "expires_at": timezone.now()}
        GuestInvitation.objects.create(event=event, invited_by=event.organisers.get(), **known)

    invite(0)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(1, 5):
        invite(number)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_organisers_let_in_over_capacity_and_cancel(client, event):
    first = RegistrationFactory.create_batch(3, event=event)
    waiting = RegistrationFactory.create_batch(2, event=event, state="waiting")
    client.post(of(event), {"action": f"let-in {waiting[1].pk}"})
    assert states(event) == ["registered"] * 3 + ["waiting", "registered"]
    client.post(of(event), {"action": f"cancel {first[0].pk}"})
    assert states(event) == ["cancelled", "registered", "registered", "waiting", "registered"]
    client.post(of(event), {"action": f"cancel {first[1].pk}"})
    assert states(event) == ["cancelled", "cancelled", "registered", "registered", "registered"]
    assert "have cancelled your registration" in sentence(first[0].user.notifications.get())
    other = RegistrationFactory()
    assert client.post(of(event), {"action": f"cancel {other.pk}"}).status_code == 404
    assert client.post(of(event), {"action": "cancel x"}).status_code == 404


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_runs_no_formula(client, event, file_format):
    RegistrationFactory(event=event, name="=1+1", party=party_in("PL"), goals="@SUM(A1)\x0b")
    RegistrationFactory(event=event, name="Ольга", state="waiting")
    answer = client.get(of(event), {"format": file_format, "state": "registered"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if file_format == "csv":
        rows = [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    else:
        rows = [*load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert len(rows) == 2
    person = dict(zip(rows[0], rows[1], strict=True))
    assert (person["Full name"], person["Goals"].strip(), person["Country"]) == ("'=1+1", "'@SUM(A1)", "PL")
    assert person["E-mail"].endswith("@example.org")


def test_of_very_many_there_is_a_file_that_is_sent_while_it_is_made_only(client, event, monkeypatch):
    RegistrationFactory.create_batch(2, event=event)
    monkeypatch.setattr(exporting, "MOST_OF_XLSX", 1)
    page = client.get(of(event))
    assert ("format=xlsx" in text(page), "format=csv" in text(page)) == (False, True)
    assert client.get(of(event), {"format": "xlsx"})["Content-Type"].startswith("text/html")


def test_checking_in_by_the_code_of_a_badge(client, event):
    one = RegistrationFactory(event=event, name="Olha Koval")
    link = reverse("event-check-in-one", args=[event.slug, one.code])
    assert "Check in</button>" in text(client.get(link))
    one.refresh_from_db()
    assert one.checked_in_at is None
    client.post(link, {"action": "in"})
    one.refresh_from_db()
    first = one.checked_in_at
    page = text(client.post(link, {"action": "in"}, follow=True))
    assert "Iryna" in page
    assert "Check in</button>" not in page
    one.refresh_from_db()
    assert one.checked_in_at == first
    client.post(link, {"action": "undo"})
    one.refresh_from_db()
    assert one.checked_in_at is None
    assert AuditEntry.objects.filter(action="event checked in").count() == 1


@pytest.mark.parametrize(
    ("state", "words"), [("waiting", "On the waiting list"), ("cancelled", "has cancelled")]
)
def test_without_a_place_nobody_is_checked_in(client, event, state, words):
    one = RegistrationFactory(event=event, state=state)
    link = reverse("event-check-in-one", args=[event.slug, one.code])
    assert words in text(client.get(link))
    assert "has no place" in text(client.post(link, {"action": "in"}, follow=True))
    one.refresh_from_db()
    assert one.checked_in_at is None


def test_people_are_found_by_name_and_by_the_beginning_of_the_code(client, event):
    one = RegistrationFactory(event=event, name="Olha Koval", checked_in_at=timezone.now())
    RegistrationFactory(event=event, name="Petro")
    search = reverse("event-check-in", args=[event.slug])
    for words in ("koval", one.code[:6].upper()):
        page = text(client.get(search, {"q": words}))
        assert "Olha Koval" in page
        assert "Petro" not in page
    assert "<strong>1</strong> of 2 people are there." in text(client.get(search))


@pytest.mark.parametrize("name", ["event-people", "event-check-in", "event-badges", "event-check-in-one"])
def test_only_organisers_and_administrators_get_in(client, event, name):
    """A participant who opens the link of a badge, her own included, finds nothing."""
    one = RegistrationFactory(event=event)
    link = reverse(name, args=[event.slug, *([one.code] if name.endswith("one") else [])])
    assert client.get(link).status_code == 200
    client.force_login(StaffFactory(is_superuser=True))
    assert client.get(link).status_code == 200
    for user in (one.user, EventFactory().created_by or UserFactory()):
        client.force_login(user)
        assert client.get(link).status_code == 404
        assert client.post(link, {"action": "in"}).status_code in (404, 405)
    one.refresh_from_db()
    assert one.checked_in_at is None
