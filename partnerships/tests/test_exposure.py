"""The spread lists of member cities: kept up to date, shown with what is left out, and measured."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cities.models import Mayor
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory, TopicStatementFactory
from partnerships.models import CityMatch, SpreadMatch
from partnerships.scoring import spreading
from partnerships.scoring.outbox import run_pending_jobs
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(settings):
    """Four member cities of Ukraine; one city may stand in two of their top tens."""
    settings.EXPOSURE_LIMIT = 2
    cities = small_world()
    for number in range(2):
        cities[f"Member {number}"] = CityFactory(name=f"Member {number}", population=300_000 + number)
    for name in ("Kyiv", "Member 0", "Member 1"):
        MayorFactory(city=cities[name])
    score_world()
    return cities


def of(city):
    return list(SpreadMatch.objects.filter(city=city).values_list("partner__name", flat=True))


def everything():
    return list(SpreadMatch.objects.values_list("city_id", "rank", "partner_id", "score"))


def most_lists(model):
    listed = model.objects.filter(city__in=holders()).values_list("partner_id", flat=True)
    return max(Counter(listed).values())


def test_no_city_stands_in_more_than_the_limit(crowd):
    assert most_lists(CityMatch) > most_lists(SpreadMatch) == 2
    assert set(SpreadMatch.objects.values_list("city_id", flat=True)) <= set(holders())


def holders():
    return list(Mayor.objects.filter(state="approved").values_list("city_id", flat=True))


def test_who_is_left_out_fits_others_better(crowd):
    for match in CityMatch.objects.filter(city__in=holders()):
        if not SpreadMatch.objects.filter(city=match.city_id, partner=match.partner_id).exists():
            rivals = SpreadMatch.objects.filter(partner=match.partner_id).values_list("score", flat=True)
            assert len(rivals) == 2
            assert min(rivals) >= match.score


def test_a_change_of_one_city_spreads_as_a_full_run_would(crowd):
    before = everything()
    TopicStatementFactory(city=crowd["Leipzig"], topic_id="culture")
    TopicStatementFactory(city=crowd["Leipzig"], topic_id="water", kind="offer")
    run_pending_jobs(is_patient=False)
    alone = everything()
    score_world()
    assert alone == everything() != before


def test_a_city_that_becomes_a_member_gets_a_list_and_one_that_ceases_loses_it(crowd):
    mayor = MayorFactory(city=crowd["Stryi"])
    run_pending_jobs(is_patient=False)
    assert of(crowd["Stryi"])
    mayor.state = "suspended"
    mayor.save()
    run_pending_jobs()  # at once, before anything is spread
    assert of(crowd["Stryi"]) == []


def test_lists_that_end_too_early_are_searched_deeper(settings, monkeypatch):
    """With lists of two places and a limit of one, the second member finds its partners beyond its two."""
    settings.EXPOSURE_LIMIT = 1
    monkeypatch.setattr(SpreadMatch, "LAST_RANK", 2)
    poland = CountryFactory(code="PL")
    for number in range(8):
        CityFactory(country=poland, population=50_000 + number, latitude=52 + number / 10, longitude=20)
    members = [CityFactory(population=50_000 + number) for number in range(3)]
    for city in members:
        MayorFactory(city=city)
    score_world()
    whole = everything()
    assert len(whole) == 6
    shorten = spreading.members_lists

    def two_places(at_hand):
        lists = shorten(at_hand)
        return spreading.Lists(lists.rows, lists.partners[:, :2], lists.scores[:, :2])

    monkeypatch.setattr(spreading, "members_lists", two_places)
    score_world()
    assert everything() == whole


def test_a_member_s_page_shows_the_spread_list_and_says_who_is_left_out(client, crowd):
    shown = {city: client.get(crowd[city].get_absolute_url()).content.decode() for city in crowd}
    left = {city: "left out here" in text for city, text in shown.items()}
    assert any(left.values())
    assert not left["Stryi"]  # no member: its plain list
    for name in ("Kyiv", "Member 0", "Member 1"):
        panel = shown[name].partition('<ol class="proposals">')[2].partition("</ol>")[0]
        for partner in of(crowd[name]):
            assert f">{partner}</a>" in panel
        assert panel.count("<h3>") == len(of(crowd[name])) or not of(crowd[name])


def said(*arguments):
    out = StringIO()
    call_command("exposure", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_distribution_with_and_without(crowd):
    found = json.loads(said("--json"))
    by_kind = {(one["lists"], one["kind"]): one for one in found["distributions"]}
    plain, spread = by_kind["member cities", "as scored"], by_kind["member cities", "spread"]
    assert found["limit"] == spread["most"] == 2 < plain["most"]
    assert spread["gini"] <= plain["gini"]
    assert by_kind["all cities", "spread"]["most"] <= 2
    assert "member cities" in said()


def test_before_the_first_run_the_command_says_so():
    with pytest.raises(CommandError, match="No city is scored yet"):
        said()
