"""From a match to a partnership, by two mayors in two browsers."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from cities.tests.factories import MayorFactory
from conftest import DESKTOP
from tests.world import score_world, small_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other_page(chromium, live_server):
    """The browser of another person."""
    context = chromium.new_context(base_url=live_server.url, viewport=DESKTOP)
    yield context.new_page()
    context.close()


def sign_in(page, city):
    """Sign in as somebody who represents a city."""
    mayor = MayorFactory(city=city, user=UserFactory(verified=True))
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(mayor.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Desk")


def test_two_mayors_come_from_a_match_to_a_conversation(page, other_page):
    cities = small_world()
    score_world()
    sign_in(page, cities["Lviv"])
    sign_in(other_page, cities["Gdańsk"])

    page.goto("/cities/ua/lviv/matches/")
    page.get_by_role("link", name=re.compile(r"Compare the two cities\s*: Gdańsk")).click()
    page.get_by_role("link", name=re.compile(r"Express interest\s*: Gdańsk")).click()
    page.get_by_label("Why would you like").fill(
        "You know how to keep a river in its bed. We would like to learn."
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your expression of interest in Gdańsk")

    other_page.goto("/desk/")
    other_page.get_by_role("link", name="Notifications: 1 unread").click()
    other_page.get_by_role("link", name="Lviv would like to work with Gdańsk").click()
    other_page.get_by_role("button", name="Accept").click()
    expect(other_page.get_by_role("heading", level=1)).to_have_text("Conversation with Lviv")
    other_page.get_by_label("In English").fill("With pleasure. On Thursday?")
    other_page.get_by_role("button", name="Send").click()

    page.goto("/desk/")
    page.get_by_role("link", name="1 conversation with new messages").click()
    page.locator("main").get_by_role("link", name="Gdańsk").click()
    expect(page.get_by_text("With pleasure. On Thursday?")).to_be_visible()
