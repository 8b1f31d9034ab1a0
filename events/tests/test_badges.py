"""Badges: what stands on them, and that the worker makes them."""

import re

import pytest
import segno
from django.urls import reverse
from pypdfium2 import PdfDocument

from accounts.deletion import delete
from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory, CountryFactory
from events.badges.drawing import all_badges
from partnerships.models import Paper, Party
from partnerships.papers.making import make_waiting
from partnerships.tests.test_papers import needs_pango

from .factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    made = EventFactory(title_en="Global Business Connect", slug="connect")
    made.organisers.add(UserFactory())
    return made


def texts(pdf):
    return [page.get_textpage().get_text_bounded() for page in PdfDocument(pdf)]


@needs_pango
def test_all_badges_of_those_who_come_are_made_by_the_worker(client, event):
    gdansk = Party.objects.of(CityFactory(name="Gdańsk", country=CountryFactory(code="PL")))
    RegistrationFactory(event=event, name="Anna Nowak", party=gdansk, languages=["pl", "en"])
    RegistrationFactory(event=event, name="Ольга Коваль", party=None, guest_of="<b>Двигуни</b>")
    for number in range(7):
        RegistrationFactory(event=event, name=f"Person {number}")
    RegistrationFactory(event=event, name="Absent", is_online=True)
    RegistrationFactory(event=event, name="Absent", state="waiting")
    client.force_login(event.organisers.get())
    page, file = (reverse(name, args=[event.slug]) for name in ("event-badges", "event-badges-file"))
    assert client.get(file)["Location"] == page
    client.post(page)
    assert make_waiting() == 1
    pages = texts(client.get(file).content)
    assert len(pages) == 2  # eight on the first
    said = "\n".join(pages)
    for words in (
        "Anna Nowak",
        "Gdańsk",
        "Poland",
        "Polish, English",
        "Ольга Коваль",
        "<b>Двигуни</b>",
        "GUEST",
    ):
        assert words in said
    assert "Absent" not in said
    RegistrationFactory(event=event, name="Late")
    assert client.get(file)["Location"] == page


@needs_pango
def test_the_code_on_a_badge_leads_to_its_page_of_checking_in(settings, event):
    from partnerships.papers.printing import OwnThings

    settings.SITE_URL = "https://portal.example.org/"
    one = RegistrationFactory(event=event)
    address = re.search(r'src="(qr:[^"]+)"', all_badges(event).page).group(1)
    assert address == f"qr:https://portal.example.org/desk/events/connect/check-in/{one.code}/"
    drawn = OwnThings().fetch(address).read().decode()
    same = segno.make(address.removeprefix("qr:"), error="m", micro=False)
    assert drawn == same.svg_inline(border=2)
    assert drawn != segno.make("something else", error="m", micro=False).svg_inline(border=2)


@needs_pango
def test_ones_own_badge_and_that_it_goes_with_the_account(client, event):
    mine, other = RegistrationFactory.create_batch(2, event=event, languages=["uk"])
    page, file = (reverse(name, args=[event.slug]) for name in ("event-badge", "event-badge-file"))
    client.force_login(mine.user)
    client.post(page)
    make_waiting()
    said = texts(client.get(file).content)
    assert len(said) == 1
    assert mine.user.name in said[0]
    assert other.user.name not in said[0]
    delete(mine.user)
    assert not Paper.objects.exists()
    other.state = "waiting"
    other.save()
    client.force_login(other.user)
    assert client.get(page).status_code == client.get(file).status_code == 404


def test_a_code_that_no_badge_has_opens_nothing(client, event):
    client.force_login(event.organisers.get())
    page = reverse("event-check-in", args=[event.slug])
    assert {client.get(f"{page}{code}/").status_code for code in ("%00", "x" * 500)} == {404}


def test_many_badges_take_as_many_queries_as_few(event, django_assert_num_queries):
    RegistrationFactory.create_batch(3, event=event)
    with django_assert_num_queries(1):
        assert all_badges(event).page.count("<img") == 3
