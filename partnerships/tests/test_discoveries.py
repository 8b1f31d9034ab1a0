"""What is new is told once: matches, calls, projects; nothing to those who know each other or wish not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import digests
from accounts.models import Notification, Pace
from accounts.notifications import choose_paces, in_words
from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory, TopicStatementFactory
from partnerships.discoveries import looking
from partnerships.discoveries.finds import NEW_CALLS, NEW_MATCHES, NEW_PROJECTS
from partnerships.discoveries.looking import look
from partnerships.discoveries.strength import BUSINESSES, CITIES, PLACES
from partnerships.finance.profile import editing
from partnerships.models import Block, BusinessMatch, CityMatch, Conversation, Discovery, OrganisationMember
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    FundingCallFactory,
    interest_between,
    partnership_between,
    side_of,
)
from projects.tests.factories import BudgetLineFactory, ProjectFactory, ProjectNeedFactory

pytestmark = pytest.mark.django_db


def proposed(city, *partners, score=CITIES, first=1):
    """Places in the list of a city, from a rank on."""
    places = enumerate(partners, start=first)
    CityMatch.objects.bulk_create(
        CityMatch(city=city, partner=one, rank=rank, score=score, components=[]) for rank, one in places
    )


@pytest.fixture
def lviv():
    """A member city whose list was looked at while nothing strong stood in it."""
    city = side_of(CityFactory(name="Lviv", country=CountryFactory(code="UA"))).city
    proposed(city, CityFactory(), score=CITIES - 0.01, first=PLACES)
    assert look() == 0
    return city


def told(one, kind):
    """The sentences and lists of names that somebody was told of a kind."""
    return [in_words(it) for it in side_of(one).people()[0].notifications.filter(kind=kind).order_by("pk")]


def test_what_is_strong_in_a_list_is_told_once(lviv):
    strong = CityFactory(name="Gdańsk"), CityFactory(name="Lyon")
    proposed(lviv, *strong)
    proposed(lviv, CityFactory(name="Eleventh"), score=0.9, first=PLACES + 1)
    assert [look(), look()] == [1, 0]
    [(sentence, names)] = told(lviv, NEW_MATCHES)
    assert sentence == "Lviv: 2 new strong matches"
    assert names.splitlines()[0] == f"Gdańsk, {strong[0].country}"
    assert names.count("\n") == 1
    url = reverse("city-matches", args=["ua", lviv.slug])
    assert Notification.objects.get().url == url
    CityMatch.objects.filter(city=lviv).delete()
    assert look() == 0
    proposed(lviv, *reversed(strong))  # they left the list and came back
    assert look() == 0


def test_what_stood_in_a_list_when_it_was_first_seen_is_not_new():
    city, other = side_of(CityFactory()).city, CityFactory(name="Later")
    assert look() == 0  # it has no list yet
    proposed(city, CityFactory(name="Before"))
    assert look() == 0
    proposed(city, other, first=2)
    assert look() == 1
    assert "Later" in told(city, NEW_MATCHES)[0][1]
    assert "Before" not in told(city, NEW_MATCHES)[0][1]


def test_businesses_hear_of_theirs(lviv):
    mine, other, weak = (BusinessProfileFactory().organisation for _ in range(3))
    fields = {"business": mine, "components": []}
    BusinessMatch.objects.create(partner=weak, rank=2, score=BUSINESSES - 0.01, **fields)
    look()
    BusinessMatch.objects.create(partner=other, rank=1, score=BUSINESSES, **fields)
    look()
    [(sentence, names)] = told(mine, NEW_MATCHES)
    assert sentence == f"{mine}: 1 new strong match"
    assert names == f"{other}, {other.city.country}"


@pytest.mark.parametrize(
    "between",
    [
        lambda one, other: Block.objects.create(by_party=side_of(other), party=one, by=StaffFactory()),
        lambda one, other: Block.objects.create(by_party=one, party=side_of(other), by=StaffFactory()),
        lambda one, other: interest_between(other, one.city),
        lambda one, other: Conversation.objects.begin(one, side_of(other)),
        lambda one, other: partnership_between(one.city, other),
    ],
)
def test_those_who_know_each_other_or_wish_not_are_not_proposed(lviv, between):
    other = CityFactory()
    between(side_of(lviv), other)
    proposed(lviv, other)
    assert look() == 0


@pytest.fixture
def school(lviv):
    """A project of Lviv, published just now, that lacks a million and a roof."""
    project = ProjectFactory(
        published=True, city=lviv, title_en="School roof", sectors=["education"], currency="EUR"
    )
    BudgetLineFactory(project=project, amount=Decimal("1000000.00"))
    ProjectNeedFactory(project=project, kind="contractor", title_en="New roof", division="43")
    return project


def helpful(city):
    """A business that can make the roof, and a fund that can pay it."""
    ukrainian = {"languages": ["uk"], "organisation__city": city}
    roofer = BusinessProfileFactory(
        activity="43", summary_en="We make every new roof", stated={"offer": ["service"]}, **ukrainian
    )
    fund = FinancialPartnerProfileFactory(
        topics=["education"], countries=["UA"], stated=["grant"], ticket_to=2_000_000, currency="EUR"
    )
    return roofer.organisation, fund.organisation


def test_a_new_project_is_told_to_those_who_could_serve_it_and_they_to_its_city(lviv, school):
    roofer, fund = helpful(lviv)
    look()
    for one in (roofer, fund):
        assert told(one, NEW_PROJECTS) == [(f"{one}: 1 new project it could serve", "School roof, Lviv")]
    [(sentence, names)] = told(lviv, NEW_MATCHES)
    assert sentence == "2 new strong matches for the project “School roof”"
    assert str(roofer) in names
    assert str(fund) in names
    assert look() == 0


def test_of_an_old_project_only_those_who_joined_lately_are_told(lviv, school):
    type(school).objects.update(published_at=timezone.now() - timedelta(days=15))
    roofer, fund = helpful(lviv)
    assert look() == 0
    OrganisationMember.objects.filter(organisation=fund).update(decided_at=timezone.now())
    assert look() == 1
    [(sentence, names)] = told(lviv, NEW_MATCHES)
    assert sentence == "1 new strong match for the project “School roof”"
    assert str(fund) in names
    assert told(fund, NEW_PROJECTS) == told(roofer, NEW_PROJECTS) == []


def test_a_new_call_is_told_to_the_cities_that_it_fits(lviv, school):
    gdansk = side_of(CityFactory(name="Gdańsk", country=CountryFactory(code="PL"))).city
    TopicStatementFactory(city=gdansk, topic_id="water", kind="need")
    fund = FinancialPartnerProfileFactory(approved=True, countries=["UA"]).organisation
    FundingCallFactory(organisation=fund, title_en="Schools", topics=["education"])
    FundingCallFactory(organisation=fund, title_en="Wells", topics=["water"])  # not where Gdańsk is
    FundingCallFactory(organisation=fund, title_en="Late", deadline=timezone.localdate() - timedelta(days=1))
    look()
    [(sentence, names)] = told(lviv, NEW_CALLS)
    assert sentence == "Lviv: 1 new call for applications that fits"
    assert names.startswith(f"Schools ({fund}), until ")
    assert told(gdansk, NEW_CALLS) == []
    stated = set(fund.fundingcalls.values_list("stated_at", flat=True))
    # A call whose profile is saved anew, with another deadline, is the same call.
    profile = fund.financialpartnerprofile
    content = editing.content_of(fund)
    for said in content["calls"]:
        if said["title_en"] != "Late":
            said["deadline"] = "2099-01-01"
    editing.write_others(profile, content)
    assert set(fund.fundingcalls.values_list("stated_at", flat=True)) == stated
    assert look() == 0
    Block.objects.create(by_party=side_of(lviv), party=side_of(fund), by=StaffFactory())
    FundingCallFactory(organisation=fund, title_en="More schools", topics=["education"])
    assert look() == 0


def test_it_comes_at_the_pace_of_ones_choice_weekly_until_then(client, lviv):
    person, other = side_of(lviv).people()[0], MayorFactory(city=lviv).user
    choose_paces(other, {NEW_MATCHES: Pace.AT_ONCE})
    proposed(lviv, CityFactory())
    look()
    assert [letter.to for letter in mail.outbox] == [[other.email]]
    assert "1 new strong match" in mail.outbox[0].subject
    assert digests.send_digests(timezone.now() + timedelta(days=7)) == 1
    assert mail.outbox[1].to == [person.email]
    client.force_login(person)
    page = client.get(reverse("account_settings")).content.decode()
    assert "at least 50 of 100 (two cities), 60 (two businesses) or 70" in page


def test_many_members_cost_no_more_queries_than_few(lviv):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert look() == 0
        return len(asked)

    proposed(lviv, CityFactory())
    look()
    few = cost()
    for _ in range(5):
        city = side_of(CityFactory()).city
        proposed(city, CityFactory())
    look()
    assert cost() == few


def test_a_look_that_breaks_off_told_nothing_and_the_next_one_tells(monkeypatch, lviv):
    proposed(lviv, CityFactory())

    def killed(*args, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(looking, "notify", killed)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert look() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_workers_tell_it_once(monkeypatch, is_locked):
    """The control: without the lock both begin to tell it, and only the database holds one back."""
    city = side_of(CityFactory(name="Lviv")).city
    proposed(city, CityFactory(), score=CITIES - 0.01, first=PLACES)
    look()
    proposed(city, CityFactory())
    both, tell, hold = Barrier(2), looking._tell, looking.locked

    def together(party, finds):
        both.wait(20)  # each has seen that it was not told
        return tell(party, finds)

    def counted(known):
        try:
            both.wait(0.5 if is_locked else 20)
        except BrokenBarrierError:
            assert is_locked
        return known

    monkeypatch.setattr(looking, "_tell", together)
    monkeypatch.setattr(looking, "locked", hold if is_locked else lambda *parties: None)
    monkeypatch.setattr(looking, "set", lambda known=(): counted(set(known)), raising=False)

    def work(_number):
        try:
            return int(look())
        except IntegrityError:
            return -1
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(work, range(2)))
    assert outcomes == ([0, 1] if is_locked else [-1, 1])
    assert Notification.objects.count() == 1
    assert Discovery.objects.count() == 1


def test_who_represents_nobody_any_more_hears_nothing(lviv):
    proposed(lviv, CityFactory())
    lviv.mayors.update(state="suspended")
    assert look() == 0
    assert not UserFactory().notifications.exists()
