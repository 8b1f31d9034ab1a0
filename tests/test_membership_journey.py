"""The whole way of a member, in a real browser, with the real worker: from joining to new matches."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from accounts.models import AuditEntry, Letter, User
from accounts.tests.factories import PASSWORD, StaffFactory
from accounts.tests.files import picture
from cities.models import CityProfile, Mayor
from conftest import wait_until
from partnerships.models import ScoringJob
from tests.world import score_world, small_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLENA, APPROVER = "olena@stryi.example", "approver@portal.example"
APPOINTMENT = {"name": "appointment.pdf", "mimeType": "application/pdf", "buffer": picture("PDF")}
WORKER_SECONDS = 60_000  # in thousandths: a worker starts and compiles first


@pytest.fixture(params=["en", "uk"])
def language(request):
    """The language of the journey; what the test reads and clicks is written in it."""
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def portal(settings, live_server, worker):
    """A portal as it runs: letters go through the outbox, and a worker sends them and scores."""
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    settings.SITE_URL = live_server.url
    cities = small_world()
    score_world()
    worker()
    return cities


@pytest.fixture
def people(chromium, live_server, language):
    """Browsers of people who read this language: `people("name")` opens one on the portal's home page."""
    contexts = []

    def arrive():
        context = chromium.new_context(base_url=live_server.url, locale=language)
        contexts.append(context)
        page = context.new_page()
        page.goto("/uk/" if language == "uk" else "/")
        return page

    yield arrive
    for context in contexts:
        context.close()


def click(page, text, role="button"):
    page.get_by_role(role, name=text, exact=True).first.click()


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def sent_letter(address, number):
    """The letter of this number to an address, once the worker has sent it."""
    sent = Letter.objects.filter(to=address, state="sent").order_by("id")
    wait_until(lambda: sent.count() >= number)
    return sent[number - 1]


def link_in(letter):
    return re.search(r"^http\S+$", letter.text, re.MULTILINE).group()


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def join(page):
    """Sign up, and confirm the address by the link of a letter."""
    click(page, _("Join"), "link")
    fill(page, email=OLENA, password1=PASSWORD, password2=PASSWORD)
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Verify Your Email Address"))
    page.goto(link_in(sent_letter(OLENA, 1)))
    page.locator("main").get_by_role("button").first.click()
    sign_in(page, OLENA)
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Desk"))


def sign_in(page, email):
    if not page.locator("[name=login]").count():
        click(page, _("Sign in"), "link")
    fill(page, login=email, password=PASSWORD)
    page.keyboard.press("Enter")


def apply_for_stryi(page):
    """Choose the city as one types, save half an application, go on, hand it in with evidence."""
    click(page, _("Apply for membership"), "link")
    page.locator("main li h2 a").first.click()
    page.locator("#q").press_sequentially("Stryj")
    page.locator("#found").get_by_role("link", name="Stryi").click()
    fill(page, full_name="Olena Kovalenko", function="Deputy mayor")
    click(page, _("Save and go on later"))
    click(page, _("Hand in"))
    expect(page.locator(".errorlist").first).to_be_visible()
    fill(page, official_email=OLENA)
    page.locator("[name=evidence]").set_input_files(APPOINTMENT)
    click(page, _("Hand in"))
    expect(page.locator("h1 .state")).to_have_text(_("submitted"))


def set_up_second_factor(page):
    """The administration is closed without one; then with a code of an app, kept with recovery codes."""
    sign_in(page, APPROVER)
    click(page, _("Administration"), "link")
    expect(page.get_by_text(_("The administration opens when your second factor is set up."))).to_be_visible()
    page.locator("main").get_by_role("link", name=_("Activate"), exact=True).click()
    fill(page, password=PASSWORD)
    page.keyboard.press("Enter")
    fill(page, code=code_of(page.locator("#authenticator_secret").input_value()))
    click(page, _("Activate"))
    return page.locator("#recovery_codes").input_value().split()


def sign_in_with_second_factor(page, recovery_code):
    click(page, _("Sign out"), "link")
    page.locator("main").get_by_role("button", name=_("Sign out")).click()
    sign_in(page, APPROVER)
    fill(page, code=recovery_code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Desk"))


def approve(page):
    """From what waits on the desk to the application, its evidence, and the decision."""
    page.locator("ul.todo a").first.click()
    page.locator("#result_list").get_by_role("link", name="Stryi").click()
    expect(page.get_by_text("Olena Kovalenko").first).to_be_visible()
    shown = page.locator(".review-evidence img")
    assert shown.evaluate("async image => (await image.decode(), image.naturalWidth)") > 100
    click(page, _("Approve"))
    expect(page.locator(".messagelist")).to_contain_text(_("approved"))


def edit_profile(page):
    """What the city says: it needs water and offers culture, as Gdańsk does the other way round."""
    click(page, _("Edit the profile"), "link")
    fill(page, summary_en="A city on the Stryi.", summary_uk="Місто на Стрию.")
    for name in ("need_water", "offer_culture"):
        page.locator(f"[name={name}]").check()
    click(page, _("Preview"))
    expect(page.get_by_text(_("Preview: nothing is saved yet"))).to_be_visible()
    assert not CityProfile.objects.filter(city__name="Stryi").exists()
    click(page, _("Save"))


def test_from_joining_to_the_matches_of_an_edited_profile(portal, people, language):
    approver = StaffFactory(
        email=APPROVER, second_factor=False, groups=[Group.objects.get(name="Approvers")], language=language
    )
    stryi = portal["Stryi"]
    before = {match.partner_id: match.score for match in stryi.matches.all()}
    olena, reviewer = people(), people()

    join(olena)
    assert User.objects.get(email=OLENA).language == language
    apply_for_stryi(olena)
    assert "Stryi" in sent_letter(OLENA, 2).subject

    recovery_codes = set_up_second_factor(reviewer)
    sign_in_with_second_factor(reviewer, recovery_codes[0])
    approve(reviewer)
    mine = Mayor.objects.get(user__email=OLENA)
    assert (mine.state, mine.decided_by) == ("approved", approver)
    assert [entry.action for entry in AuditEntry.of(mine)] == ["approve", "submit"]

    olena.goto(link_in(sent_letter(OLENA, 3)))
    expect(olena.locator("html")).to_have_attribute("lang", language)
    olena.goto("/uk/desk/" if language == "uk" else "/desk/")
    edit_profile(olena)
    expect(olena.locator(".desk-matches .notice")).to_have_count(0, timeout=WORKER_SECONDS)
    expect(olena.locator(".desk-matches")).to_contain_text("Gdańsk")
    assert {job.state for job in ScoringJob.objects.filter(city=stryi)} == {"done"}
    best = stryi.matches.first()
    assert best.partner == portal["Gdańsk"]
    assert best.score != before[best.partner_id]
