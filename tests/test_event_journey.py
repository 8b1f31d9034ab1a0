"""From a registration to a meeting in two agendas: a mayor, a business, an organiser, each in a browser."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory, MayorFactory
from conftest import DESKTOP
from events.tests.factories import EventFactory, RegistrationFactory, SlotFactory, TableFactory
from partnerships.models import Party
from partnerships.tests.factories import OrganisationMemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_of(chromium, live_server):
    """A function: the browser of somebody who is signed in."""
    opened = []

    def of(user):
        context = chromium.new_context(base_url=live_server.url, viewport=DESKTOP)
        opened.append(context)
        client = Client()
        client.force_login(user)
        context.add_cookies(
            [{"name": key, "value": one.value, "url": live_server.url} for key, one in client.cookies.items()]
        )
        return context.new_page()

    yield of
    for context in opened:
        context.close()


def test_a_mayor_and_a_business_meet_at_an_event(browser_of, worker):
    worker()
    event = EventFactory(slug="connect", title_en="Global Business Connect")
    SlotFactory.create_batch(2, event=event)
    TableFactory(event=event, number=3)
    lviv = MayorFactory(city=CityFactory(name="Lviv"), user=UserFactory(verified=True, name="Ivan"))
    glass = OrganisationMemberFactory(organisation__kind="business", organisation__name="Lviv Glass")
    organiser = UserFactory(verified=True)
    event.organisers.add(organiser)
    RegistrationFactory(event=event, user=glass.user, name="Olha", party=Party.objects.of(glass.organisation))
    mayor, business, office = (browser_of(user) for user in (lviv.user, glass.user, organiser))

    mayor.goto("/events/connect/")
    mayor.get_by_role("link", name="Registration").first.click()
    mayor.get_by_label("Full name").fill("Ivan Franko")
    mayor.get_by_label("English", exact=True).check()
    mayor.get_by_role("button", name="Register").click()
    expect(mayor.get_by_role("main").get_by_role("status")).to_have_text("You are registered.")
    mayor.get_by_role("link", name="Participants").click()
    mayor.get_by_role("link", name="Olha", exact=True).click()
    mayor.get_by_label("What would you like to discuss?").fill("Windows for ten schools.")
    mayor.get_by_role("button", name="Send the request").click()

    business.goto("/desk/events/connect/requests/")
    business.get_by_role("link", name="Ivan Franko").click()
    business.get_by_role("button", name="Accept").click()

    office.goto("/desk/events/connect/schedule/")
    office.get_by_role("button", name="Make a schedule").click()
    held = office.locator(".figures div", has_text="have a slot").locator("dd")
    expect(held).to_have_text("1", timeout=20_000)  # by the worker; the page looks again by itself
    for page in (mayor, business):
        page.goto("/desk/events/connect/agenda/")
        expect(page.get_by_text("is not shown yet")).to_be_visible()
    office.get_by_role("button", name="Show as preliminary").click()

    for page, other in ((mayor, "Olha"), (business, "Ivan Franko")):
        page.reload()
        meeting = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=other))
        expect(meeting).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d"))
        expect(meeting).to_contain_text("Table 3")
