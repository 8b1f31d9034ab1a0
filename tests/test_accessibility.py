"""Every page under axe: WCAG 2.2 AA, on a phone and on a desktop, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.tests.factories import PASSWORD, UserFactory
from conftest import DESKTOP, PHONE
from tests.world import score_world, small_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOWHERE = "/no-such-page/"
PUBLIC = [
    "/",
    "/cities/",
    "/cities/?view=table",
    "/cities/?view=map",
    "/cities/?q=Nowhere&country=UA",
    "/cities/ua/lviv/",
    "/cities/ua/kyiv/",
    "/cities/ua/lviv/matches/",
    "/cities/ua/lviv/matches/?country=DE&member=yes",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    NOWHERE,
]
SIGNED_IN = ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]


def violations(page):
    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def look(page, address, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if address.endswith(NOWHERE):
        page.problems.pop()  # the browser notes the 404 that was asked for
    assert violations(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{address} is too wide"


@pytest.mark.parametrize("language", ["", "/uk"])
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_public_pages_have_no_barriers(page, size, scheme, language):
    small_world()
    score_world()
    for address in PUBLIC:
        look(page, language + address, size, scheme)


def test_pages_of_an_account_have_no_barriers(page):
    user = UserFactory()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Sign out").wait_for()
    for address in SIGNED_IN:
        look(page, address, PHONE, "light")
        look(page, "/uk" + address, DESKTOP, "dark")


def test_axe_sees_a_barrier(page):
    """A control: a page with an image nobody described must be found."""
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    assert "image-alt" in [rule for rule, _nodes in violations(page)]
