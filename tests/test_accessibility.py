"""Every page under axe: WCAG 2.2 AA, on a phone and on a desktop, light and dark, closed and opened."""

from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from accounts.tests.factories import StaffFactory
from cities.models import ProfileVersion
from cities.profile import editing as city_editing
from cities.tests.factories import MayorFactory
from conftest import DESKTOP, PHONE
from partnerships.businesses.profile import editing as business_editing
from partnerships.models import BusinessVersion, IntegrityDeclaration, Organisation
from partnerships.tests.factories import OrganisationMemberFactory, interest_between, side_of
from tests.test_access import add_talk
from tests.world import events_of_the_world, score_world, small_world, solved_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHAT_IS_LOOKED_FOR = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # and no list of all that is well, which takes longer than to look
}
IS_DRAWN = """() => !document.querySelector(".htmx-request")
    && [...document.querySelectorAll("[data-map]")].every((map) => map.querySelector(".map-cluster"))"""


class View(NamedTuple):
    """How a page is looked at; `opened`: with everything opened that can be."""

    size: dict[str, int]
    scheme: str
    opened: bool


ON_A_PHONE, ON_A_DESKTOP = VIEWS = [View(PHONE, "light", False), View(DESKTOP, "dark", True)]
OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
NOWHERE = "/no-such-page/"
PUBLIC = [
    "/",
    "/search/?q=Lviv",
    "/search/?q=Nowhere",
    "/cities/",
    "/cities/?view=table",
    "/cities/?view=map",
    "/cities/?q=Nowhere&country=UA",
    "/cities/ua/lviv/",
    "/cities/ua/kyiv/",
    "/cities/ua/lviv/matches/",
    "/cities/ua/lviv/matches/?country=DE&member=yes",
    "/cities/ua/lviv/matches/?w_distance=2&first=water&view=table",
    "/cities/ua/lviv/matches/pl/gdansk/",
    "/cities/ua/lviv/matches/ua/kyiv/?w_size=4",
    "/cities/ua/lviv/compare/?q=Frank",
    "/cities/ua/lviv/compare/?q=Nowhere",
    "/businesses/",
    "/businesses/?country=UA&section=C&view=table",
    "/businesses/?q=Nowhere",
    "/businesses/?declaration=checked",
    "/businesses/example-lviv/",
    "/businesses/example-lviv/matches/",
    "/businesses/example-lviv/matches/?w_needs=4&view=table",
    "/businesses/example-lviv/matches/example-gdansk/",
    "/cities/ua/lviv/businesses/",
    "/financial-partners/",
    "/financial-partners/?call=open&view=table",
    "/financial-partners/example-kyiv/",
    "/projects/",
    "/projects/?view=table",
    "/projects/?q=Nowhere",
    "/projects/example-school/",
    "/projects/example-school/history/",
    "/practices/",
    "/practices/?q=leak&view=table",
    "/practices/example-practice/",
    "/events/",
    "/events/an-event/",
    "/map/?layer=members&layer=projects&layer=twinnings",
    "/transparency/",
    "/statistics/",
    "/open-data/",
    "/news/",
    "/about/",
    "/contact/",
    "/about/matching/",
    "/about/integrity/",
    "/rounds/",
    "/rounds/1/",
    "/rounds/1/?q=Nowhere",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    NOWHERE,
]
SIGNED_IN = [
    "/accounts/settings/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/download/",
    "/accounts/delete/",
    "/accounts/logout/",
    "/desk/",
    "/memberships/apply/",
    "/memberships/apply/mayor/?q=Kyiv",
    "/memberships/apply/mayor/?city={kyiv}",
    "/memberships/apply/business/?city={kyiv}",
    "/memberships/mayor/{mine}/",
    "/cities/ua/lviv/profile/",
    "/cities/ua/lviv/profile/history/",
    "/desk/practices/example-practice/story/",
    "/businesses/example-lviv/profile/",
    "/businesses/example-lviv/profile/history/",
    "/businesses/example-lviv/integrity/",
    "/financial-partners/example-kyiv/profile/",
    "/desk/interests/",
    "/desk/interests/new/city/{kyiv}/",
    "/desk/interests/{interest}/",
    "/desk/conversations/",
    "/desk/conversations/{talk}/",
    "/desk/notifications/",
    "/desk/calendar/",
    "/desk/events/an-event/edit/",
    "/desk/events/an-event/edit/details/",
    "/desk/events/an-event/edit/tables/",
    "/desk/events/",
    "/events/an-event/register/",
    "/desk/events/an-event/participants/",
    "/desk/events/an-event/requests/",
    "/desk/events/an-event/requests/{request}/",
    "/desk/events/an-event/people/",
    "/desk/events/an-event/guests/",
    "/desk/events/an-event/check-in/",
    "/desk/events/an-event/schedule/",
    "/desk/events/an-event/board/",
    "/desk/events/an-event/board/{agreed}/",
    "/desk/events/an-event/agenda/",
    "/events/an-event/live/",
]
OF_STAFF = [
    "/admin/",
    "/admin/dashboard/",
    "/admin/cities/mayor/",
    "/admin/cities/mayor/{theirs}/change/",
    "/admin/partnerships/matchinground/",
    "/admin/partnerships/matchinground/add/",
    "/admin/partnerships/matchinground/1/change/",
    "/admin/partnerships/matchrun/weights/",
    "/admin/partnerships/organisationmember/integrity/",
    "/admin/partnerships/organisationmember/integrity/{declared}/",
]


@pytest.fixture
def page(page):
    """A page that brings axe along wherever it goes, and stands still for it."""
    page.add_init_script(Axe().axe_script)
    page.emulate_media(reduced_motion="reduce")
    return page


def violations(page):
    seen = len(page.problems)
    found = page.evaluate("async (what) => (await axe.run(what)).violations", WHAT_IS_LOOKED_FOR)
    del page.problems[seen:]  # axe tries styles of its own on long pages, which the policy forbids
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def look(page, address, views=VIEWS):
    """Look at a page in one view after the other."""
    page.set_viewport_size(views[0].size)
    page.goto(address)
    page.wait_for_function(IS_DRAWN)
    if address.endswith(NOWHERE):
        page.problems.pop()  # the browser notes the 404 that was asked for
    for view in views:
        page.set_viewport_size(view.size)
        page.emulate_media(color_scheme=view.scheme)
        if view.opened:
            page.evaluate(OPEN_ALL)
        assert violations(page) == [], (address, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"], (
            f"{address} is too wide"
        )


@pytest.mark.parametrize("language", ["", "/uk"])
def test_public_pages_have_no_barriers(page, language):
    cities = small_world()
    score_world()
    solved_round(pk=1).publish(by=StaffFactory())
    events_of_the_world(cities["Lviv"], [])
    for address in PUBLIC:
        look(page, language + address)


def sign_in(context, user):
    """Give a browser the session of a person."""
    client = Client()
    client.force_login(user)
    [cookie] = client.cookies.values()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])


def test_pages_of_members_have_no_barriers(page):
    cities = small_world()
    mine = MayorFactory(city=cities["Lviv"], state="approved")
    ProfileVersion.objects.create(city=cities["Lviv"], content=city_editing.content_of(cities["Lviv"]))
    glass = Organisation.objects.get(slug="example-lviv")
    OrganisationMemberFactory(organisation=glass, user=mine.user)
    fund = Organisation.objects.get(slug="example-kyiv")
    OrganisationMemberFactory(organisation=fund, user=mine.user)
    BusinessVersion.objects.create(organisation=glass, content=business_editing.content_of(glass))
    interest = interest_between(cities["Gdańsk"], cities["Lviv"])
    talk = add_talk(side_of(cities["Stryi"]), cities["Lviv"])
    event = events_of_the_world(cities["Lviv"], [(mine.user, cities["Lviv"])])
    event.organisers.add(mine.user)
    numbers = {
        "kyiv": cities["Kyiv"].pk,
        "mine": mine.pk,
        "interest": interest.pk,
        "talk": talk.pk,
        "request": event.requests.get(sender__user=mine.user).pk,
        "agreed": event.requests.get(state="accepted").pk,
    }
    sign_in(page.context, mine.user)
    for address in SIGNED_IN:
        address = address.format(**numbers)
        look(page, address, [ON_A_PHONE])
        look(page, "/uk" + address, [ON_A_DESKTOP])


def test_pages_of_reviewers_have_no_barriers(page):
    small_world()
    score_world()
    solved_round(pk=1)
    theirs = MayorFactory(state="submitted")
    members = [
        OrganisationMemberFactory(organisation__name=name, organisation__city=theirs.city)
        for name in ("Alike", "Alike Ltd")
    ]
    for answers in ({}, {"taxes": "Some."}):
        IntegrityDeclaration.objects.create(
            organisation=members[0].organisation, signed_by=members[0].user, as_member=True, answers=answers
        )
    sign_in(page.context, StaffFactory(is_superuser=True))
    for address in OF_STAFF:
        page.goto(address.format(theirs=theirs.pk, declared=members[0].organisation_id))
        assert violations(page) == [], address


def test_axe_sees_a_barrier(page):
    """A control: a page with an image nobody described must be found."""
    page.goto("data:text/html,<html lang='en'><title>x</title><main><h1>x</h1><img src='data:,'></main>")
    assert "image-alt" in [rule for rule, _nodes in violations(page)]
