"""Demonstration financial partners."""

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from cities.demo import read_cities
from cities.models import Topic
from cities.tests.factories import CityFactory, CountryFactory
from partnerships.finance import demo
from partnerships.finance.models import Instrument
from partnerships.finance.profile import editing, made_of
from partnerships.models import FinancialPartnerProfile, FundingCall, Organisation, OrganisationMember

pytestmark = pytest.mark.django_db

KYIV, WROCLAW = 703448, 3081368


@pytest.fixture
def cities():
    CityFactory(id=KYIV, name="Kyiv", slug="kyiv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))


def test_the_texts_are_complete_in_both_languages_and_fit_the_models():
    entries = demo.read_partners()
    assert len(entries) == len({one["name"] for one in entries}) == 25
    assert {one["city"] for one in entries} <= {one["id"] for one in read_cities()}
    topics = set(Topic.objects.values_list("code", flat=True))
    for entry in entries:
        assert entry.keys() - {"city", "name", "offers", "calls"} <= set(editing.FIELDS)
        content = demo.content_of(entry)
        profile = editing.shown(Organisation(name=entry["name"]), content)
        profile.clean_fields(exclude=["organisation"])
        profile.clean()
        assert all([profile.summary_en, profile.summary_uk, profile.conditions_en, profile.conditions_uk])
        assert set(profile.topics) <= topics
        assert content["statements"]["offer"].keys() <= set(Instrument)
        assert all(english and ukrainian for english, ukrainian in content["statements"]["offer"].values())
        for call in map(made_of, content["calls"]):
            call.clean_fields(exclude=["organisation"])
            call.clean()
            assert all([call.title_en, call.title_uk, set(call.topics) <= topics])


def test_partners_come_with_the_demonstration_cities_and_say_so(client, cities):
    call_command("load_demo")
    call_command("load_demo")
    assert FinancialPartnerProfile.objects.public().filter(is_demonstration=True).count() == 2
    assert FundingCall.objects.filter(deadline__gt=timezone.localdate()).count() == 4
    for profile in FinancialPartnerProfile.objects.all():
        for language, words in [("en", "partner is invented"), ("uk", "цей фінансовий партнер вигаданий")]:
            with translation.override(language):
                shown = client.get(profile.organisation.get_absolute_url()).content.decode()
            assert words in shown
    assert client.get("/financial-partners/").content.decode().count('class="demo"') == 2
    assert OrganisationMember.objects.filter(organisation__kind="financial-partner").count() == 2


def test_the_partner_of_kyiv_can_sign_in_and_edit(client, cities):
    call_command("load_demo")
    client.post("/accounts/login/", {"login": "finance.kyiv@demo.example", "password": "demo-finance-2026"})
    partner = Organisation.objects.get(city=KYIV, kind=Organisation.Kind.FINANCIAL_PARTNER)
    shown = client.get(f"{partner.get_absolute_url()}profile/")
    assert shown.status_code == 200
    assert "Safe schools before winter" in shown.content.decode()
