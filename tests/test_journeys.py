"""What people come for, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from conftest import PHONE
from tests.world import score_world, small_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_visitor_finds_a_city_as_she_types_and_reads_why_a_partner_fits(page):
    small_world()
    score_world()
    page.goto("/")
    page.get_by_role("link", name="All cities").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("City directory")
    page.get_by_label("Name of a city, in any language").press_sequentially("Lvvi")
    expect(page.get_by_role("heading", name="Lviv")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=Lvvi"))
    page.get_by_role("link", name="Lviv", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lviv")
    expect(page.get_by_text("demonstration").first).to_be_visible()
    page.locator("main").get_by_role("link", name=re.compile("All possible partners")).first.click()
    expect(page).to_have_url(re.compile("/cities/ua/lviv/matches/"))
    expect(page.get_by_text("Gdańsk").first).to_be_visible()
    expect(page.get_by_text(re.compile("Water supply")).first).to_be_visible()


def test_a_slow_click_on_what_was_found_is_not_lost(page):
    """Leaving the search box must not renew the list under the finger."""
    small_world()
    page.goto("/cities/")
    page.get_by_label("Name of a city, in any language").press_sequentially("Lvvi")
    expect(page).to_have_url(re.compile(r"q=Lvvi"))
    page.get_by_role("link", name="Lviv", exact=True).hover()
    page.mouse.down()
    page.wait_for_timeout(500)
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lviv")


def test_what_matters_to_a_reader_reranks_the_list_at_once_and_stays_in_the_address(page):
    small_world()
    page.goto("/cities/ua/lviv/matches/")
    first = page.locator(".proposals h3").first
    expect(first).to_have_text("Gdańsk")
    page.get_by_text("What matters to you").click()
    page.get_by_label("Needs and offers").select_option("not at all")
    expect(page).to_have_url(re.compile(r"matches/\?w_needs=0$"))
    page.get_by_label("Distance").select_option("much more")
    expect(page).to_have_url(re.compile(r"matches/\?w_needs=0&w_distance=4$"))
    expect(page.get_by_label("Distance")).to_be_visible()  # what was opened stays open
    expect(page.get_by_role("link", name="Distance: much more")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Distance: much more")).to_be_visible()
    page.get_by_role("link", name="Usual order").click()
    expect(page).to_have_url(re.compile(r"matches/$"))
    expect(first).to_have_text("Gdańsk")
    page.get_by_role("link", name="Closer", exact=True).click()
    expect(page).to_have_url(re.compile(r"w_distance=4$"))
    expect(page.get_by_role("link", name="Closer")).to_have_attribute("aria-current", "true")


def test_any_city_is_found_and_compared(page):
    small_world()
    page.goto("/cities/ua/lviv/matches/")
    page.get_by_text("Compare Lviv with any city").click()
    page.get_by_label("Name of the other city").fill("Gorlitz")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lviv and Görlitz: how they fit")
    page.get_by_role("link", name="All possible partners of Görlitz").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Görlitz")


def test_back_and_forward_return_to_each_state_of_the_directory(page):
    small_world()
    page.goto("/cities/")
    page.get_by_role("group", name="Country").get_by_label("Poland").check()
    expect(page.locator("#summary")).to_have_text("3 cities")
    page.get_by_role("link", name="Table").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.locator("#summary")).to_have_text("3 cities")
    page.go_back()
    expect(page.locator("#summary")).to_have_text("9 cities")


def test_the_directory_works_without_javascript(chromium, live_server):
    small_world()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/uk/cities/")
    page.locator("main input[name=q]").fill("Gdansk")
    page.locator("form#directory button").first.click()
    expect(page.get_by_role("heading", name="Gdańsk")).to_be_visible()
    page.locator("details#facets > summary").click()
    page.locator("input[name=country][value=PL]").check()
    page.locator("details#facets button").click()
    expect(page).to_have_url(re.compile("country=PL"))
    context.close()


def test_the_language_switch_stays_on_the_page(page):
    small_world()
    page.goto("/cities/?country=PL")
    page.get_by_role("link", name="Українська").click()
    expect(page).to_have_url(re.compile(r"/uk/cities/\?country=PL$"))
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"(?<!uk)/cities/\?country=PL$"))


def test_dark_colours_are_remembered(page):
    page.goto("/")
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_member_signs_in_and_out_by_keyboard(page):
    user = UserFactory()
    page.goto("/")
    page.get_by_role("link", name="Sign in").press("Enter")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sign out").press("Enter")
    page.locator("main").get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_wrong_password_is_explained_and_the_address_kept(page):
    user = UserFactory()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not correct")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(user.email)


def test_what_is_typed_before_the_scripts_are_there_is_searched(page):
    small_world()
    page.route("**/htmx.min.js", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.goto("/cities/", wait_until="commit")
    page.get_by_label("Name of a city, in any language").fill("Gdansk")
    expect(page.locator("#summary")).to_have_text("1 city")


def test_changes_faster_than_the_answers_all_count_and_leave_no_errors(page):
    small_world()
    page.route("**/matches/?*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto("/cities/ua/lviv/matches/")
    page.get_by_text("What matters to you").click()
    page.get_by_label("Needs and offers").select_option("not at all")
    page.get_by_label("Distance").select_option("much more")
    page.get_by_label("Size").select_option("less")
    expect(page).to_have_url(re.compile(r"matches/\?w_needs=0&w_size=0.5&w_distance=4$"))
    expect(page.get_by_role("link", name="Size: less")).to_be_visible()
