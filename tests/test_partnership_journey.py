"""From a match to a partnership, by two mayors in two browsers."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from cities.tests.factories import MayorFactory
from conftest import DESKTOP
from partnerships.papers.making import make_waiting
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


def test_two_mayors_come_from_a_match_to_the_public_register(page, other_page):
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

    page.get_by_role("button", name="Begin a partnership").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partnership with Gdańsk")
    page.get_by_role("button", name=re.compile("Draft a memorandum")).click()
    expect(page.get_by_text("The PDF is being made")).to_be_visible()
    make_waiting()  # what the worker does
    with page.expect_download() as draft:
        page.get_by_role("link", name="Download the PDF").click()  # the page looks again by itself
    page.locator(".breadcrumbs").get_by_role("link", name="Partnership").click()
    move(page, "negotiating")
    page.locator("summary", has_text="Upload a signed memorandum").click()
    page.get_by_label("Signed memorandum").set_input_files(draft.value.path())
    page.get_by_label("Signed on").fill("2026-11-01")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("signed on Nov. 1, 2026")).to_be_visible()
    expect(page.locator(".city-head")).to_contain_text("memorandum signed")

    other_page.goto("/desk/partnerships/")
    other_page.locator("main").get_by_role("link", name="Lviv").click()
    for side in (page, other_page):
        side.get_by_label("We agree to show it in the public register").check()
        side.locator("form", has=side.get_by_label("We agree to show it")).get_by_role("button").click()
    other_page.goto("/partnerships/")
    other_page.get_by_role("link", name="Lviv – Gdańsk").click()
    expect(other_page.get_by_role("heading", level=1)).to_contain_text("Lviv – Gdańsk")
    expect(other_page.get_by_text("river in its bed")).to_have_count(0)


def move(page, stage):
    """Note that a partnership has come to a stage."""
    page.locator("summary", has_text="Change the stage").click()
    page.get_by_label("New stage").select_option(label=stage)
    page.locator("form", has=page.get_by_label("New stage")).get_by_role("button").click()
    expect(page.locator(".city-head")).to_contain_text(stage)
