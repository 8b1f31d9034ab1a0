"""Demonstration members."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from cities import demo
from cities.importers.geonames import read_ukrainian_names
from cities.models import City, CityProfile, Goal, Mayor, Topic, TopicStatement, Twinning

from .factories import CityFactory, CityProfileFactory, CountryFactory

pytestmark = pytest.mark.django_db

LVIV, WROCLAW, BARANIVKA, KYIV = 702550, 3081368, 712839, 703448


@pytest.fixture
def cities() -> None:
    CityFactory(id=LVIV, name="Lviv")
    CityFactory(id=WROCLAW, name="Wrocław", slug="wroclaw", country=CountryFactory(code="PL"))
    CityFactory(id=BARANIVKA, name="Baranivka")
    CityFactory(id=KYIV, name="Kyiv", slug="kyiv")
    CityFactory(name="Stryi")


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_texts_are_complete_in_both_languages_and_fit_the_models():
    entries = demo.read_cities()
    assert len({entry["id"] for entry in entries}) == 60
    topics = set(Topic.objects.values_list("code", flat=True))
    named = read_ukrainian_names()
    for entry in entries:
        assert entry["id"] in named
        profile = CityProfile(
            **{field: entry[field] for field in ("summary_en", "summary_uk", "goals", "languages")}
        )
        profile.clean_fields(exclude=["city"])
        assert profile.summary_en
        assert profile.summary_uk
        assert set(profile.goals) <= set(Goal)
        assert 2 <= len(entry["needs"]) <= 6
        assert 2 <= len(entry["offers"]) <= 5
        assert entry["needs"].keys() | entry["offers"].keys() <= topics
        assert not entry["needs"].keys() & entry["offers"].keys()
        for note in (*entry["needs"].values(), *entry["offers"].values()):
            assert bool(note.get("en")) == bool(note.get("uk"))
            TopicStatement(note_en=note.get("en", ""), note_uk=note.get("uk", "")).clean_fields(
                exclude=["city", "topic", "kind"]
            )


def test_cities_become_members_marked_as_demonstration(cities):
    assert load().startswith("4 cities became demonstration members")
    assert City.objects.members().count() == 4
    assert not CityProfile.objects.filter(is_demonstration=False).exists()
    assert not Mayor.objects.filter(is_demonstration=False).exists()
    lviv = City.objects.get(pk=LVIV)
    assert lviv.profile.summary_uk.startswith("Культурний центр")
    assert lviv.topic_statements.filter(kind="need", topic="waste").exists()
    assert list(Twinning.objects.values_list("city_a", "city_b", "source")) == [(LVIV, WROCLAW, "csv")]


def test_a_second_run_keeps_what_people_wrote(cities):
    load()
    CityProfile.objects.filter(city=LVIV).update(summary_en="Our own words")
    TopicStatement.objects.filter(city=LVIV).delete()
    people = User.objects.count()
    assert load().startswith(
        "0 cities became demonstration members, 4 had a profile and keep it, 0 twinnings"
    )
    assert CityProfile.objects.get(city=LVIV).summary_en == "Our own words"
    assert not TopicStatement.objects.filter(city=LVIV).exists()
    assert User.objects.count() == people


def test_a_real_member_is_left_alone(cities):
    CityProfileFactory(city_id=LVIV, city=None, is_demonstration=False)
    load()
    assert not Mayor.objects.filter(city=LVIV).exists()
    assert not CityProfile.objects.get(city=LVIV).is_demonstration


@pytest.mark.parametrize(("role", "email", "password"), demo.DEMO_SIGN_INS)
def test_everybody_on_the_list_can_sign_in(cities, role, email, password):
    assert f"{role}: {email}  {password}" in load()
    client = Client()
    response = client.post("/accounts/login/", {"login": email, "password": password})
    assert response.status_code == 302
    if role in ("admin", "approver"):
        out = StringIO()
        call_command("demo_code", stdout=out)
        client.post("/accounts/2fa/authenticate/", {"code": out.getvalue().strip()})
        assert client.get("/admin/").status_code == 200
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == email


def test_the_approver_may_decide_memberships_but_not_touch_users(cities):
    load()
    approver = User.objects.get(email=demo.DEMO_SIGN_INS[1].email)
    assert approver.is_staff
    assert approver.get_all_permissions() == {
        "cities.view_mayor",
        "cities.change_mayor",
        "knowledge.view_practice",
        "knowledge.change_practice",
        "partnerships.view_organisationmember",
        "partnerships.change_organisationmember",
        "accounts.view_auditentry",
    }


def test_production_refuses_unless_forced_and_then_lets_nobody_sign_in(cities, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        load()
    assert not CityProfile.objects.exists()
    assert "demo-" not in load("--force")
    assert City.objects.members().count() == 4
    assert not any(user.has_usable_password() or user.is_staff for user in User.objects.all())


def test_without_cities_it_says_what_to_do_first():
    with pytest.raises(CommandError, match="load_cities"):
        load()
