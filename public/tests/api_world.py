"""What the API is tested on: something of every kind, and beside it what must never be told."""

from datetime import timedelta

from django.utils import timezone

from accounts.tests.factories import UserFactory
from cities.models import CityProfile
from cities.tests.factories import CityFactory, MayorFactory, RegionFactory
from events.tests.factories import EventFactory, RegistrationFactory
from knowledge.models import Practice
from knowledge.tests.factories import PracticeFactory
from knowledge.tests.news_factories import ArticleFactory
from partnerships.conversations.models import Conversation
from partnerships.models import BusinessProfile, FinancialPartnerProfile, Message
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    FundingCallFactory,
    MatchingRoundFactory,
    partnership_between,
)
from projects.tests.factories import ProjectFactory, ProjectNeedFactory
from tests.world import small_world, solved_round

CANARY = "canary"


def public_world():
    """The small world, with partnerships, events and a round; every private text in it has CANARY in it."""
    cities = small_world()
    lviv, gdansk, leipzig = (cities[name] for name in ("Lviv", "Gdańsk", "Leipzig"))
    lviv.region = RegionFactory(code="UA.15")
    lviv.save()
    for name, city, more in [
        ("Stryi Timber", "Stryi", {"activity": "16.10", "size": "medium", "languages": ["uk", "pl"]}),
        ("Leipzig Tools", "Leipzig", {"activity": "25.73", "size": "large", "stated": {"need": ["service"]}}),
    ]:
        BusinessProfileFactory(organisation__name=name, organisation__city=cities[city], **more)
    bank = FinancialPartnerProfileFactory(
        organisation__name="Leipzig Bank", organisation__city=leipzig, stated=["loan"], institution="bank",
        scope="international", countries=["UA", "DE"], applicants="cities",
    )  # fmt: skip
    FundingCallFactory(
        organisation=bank.organisation, deadline=timezone.localdate() - timedelta(days=3), topics=["energy"]
    )
    ProjectFactory(
        city=cities["Stryi"], slug="bridge", title_en="Bridge", published=True, sectors=["transport.road"],
        status="implementation", goals=[9, 11],
    )  # fmt: skip
    ProjectFactory(city=gdansk, slug="pool", title_uk="Басейн", published=True, latitude=54.3, longitude=18.6)
    partnership_between(lviv, gdansk, public=True, stage="active").topics.set(["water"])
    partnership_between(bank.organisation, cities["Stryi"], public=True)
    EventFactory(city=lviv, slug="forum")
    EventFactory(city=None, slug="online", format="online", open_to=["business"])
    past = timezone.now() - timedelta(days=30)
    EventFactory(city=leipzig, slug="past", starts_at=past, ends_at=past + timedelta(hours=5))
    PracticeFactory(city=gdansk, published=True, topics=["energy"], results=["втрати"], cost=90_000)
    ArticleFactory()
    solved_round().publish(by=UserFactory())
    hide_canaries(cities)
    return cities


def hide_canaries(cities):
    """Fill what is private of public things, and add things that are not public."""
    lviv = cities["Lviv"]
    CityProfile.objects.update(public_email="canary@city.example", public_phone="canary 1")
    said = {"contact_name": "canary", "contact_email": "canary@firm.example", "contact_phone": "canary"}
    BusinessProfile.objects.update(**said)
    FinancialPartnerProfile.objects.update(**said)
    for one in ("organisation", "bank"):
        kind = BusinessProfileFactory if one == "organisation" else FinancialPartnerProfileFactory
        kind(organisation__name=f"canary {one}", organisation__city=lviv, approved=False, summary_en="canary")
    ProjectFactory(city=lviv, slug="canary", title_en="canary draft", summary_en="canary")
    MayorFactory(city=lviv, state="submitted", public_name="canary", full_name="canary")
    hidden = partnership_between(
        lviv, CityFactory(name="Canaryville", slug="canaryville", country=lviv.country)
    )
    hidden.next_step = "canary"
    hidden.save()
    shown = partnership_between(cities["Wrocław"], lviv, public=True)
    shown.next_step = "canary"
    shown.save()
    shown.interest.reason = "canary"
    shown.interest.save()
    talk = Conversation.objects.begin(shown.one, shown.other)
    Message.objects.create(conversation=talk, party=shown.one, by=shown.begun_by, text_uk="canary")
    EventFactory(city=lviv, slug="canary", title_en="canary", published_at=None)
    with_link = EventFactory(city=lviv, slug="with-link", link="https://meet.example/canary", format="both")
    guest = UserFactory(name="canary", email="canary@person.example")
    RegistrationFactory(event=with_link, user=guest, name="canary", goals="canary")
    with_link.organisers.add(guest)
    MatchingRoundFactory(title_en="canary", state="draft")
    Practice.objects.update(contact_name="canary", contact_email="canary@city.example")
    PracticeFactory(city=lviv, title_en="canary draft")
    ArticleFactory(title_en="canary to come", publish_at=timezone.now() + timedelta(days=1))
    ArticleFactory(title_en="canary gone", is_withdrawn=True)
    ProjectNeedFactory(project=ProjectFactory(city=lviv, title_en="canary"), title_en="canary")
