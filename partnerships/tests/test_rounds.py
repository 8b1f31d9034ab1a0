"""Matching rounds: prepared, solved by the worker, reviewed, published; shown to everybody."""

import csv
import io
import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import AuditEntry
from accounts.tests.factories import StaffFactory, UserFactory
from cities.tests.factories import CityFactory, CountryFactory
from conftest import wait_until
from partnerships.models import RoundPair
from partnerships.rounds import solving
from partnerships.rounds.forms import MatchingRoundForm
from partnerships.rounds.models import MatchingRound, RoundNotPossible
from partnerships.rounds.solving import solve_waiting_rounds
from partnerships.tests.factories import MatchingRoundFactory
from tests.world import small_world

pytestmark = pytest.mark.django_db
ROUNDS = "/admin/partnerships/matchinground/"


@pytest.fixture
def world():
    return small_world()


@pytest.fixture
def admin():
    return StaffFactory(is_superuser=True)


def solved(admin, **fields):
    made = MatchingRoundFactory(**fields)
    made.solve(by=admin)
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == "solved", made.error
    return made


def names(of):
    return [(pair.city.name, pair.partner.name) for pair in of.proposed]


def done(of):
    return [entry.action for entry in AuditEntry.of(of)]


# -- Asking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ["Austria", "Ireland"]), ("uk", ["Австрія", "Ірландія"])]
)
def test_countries_stand_in_the_readers_alphabet(language, expected):
    """By code points the letter І comes before А."""
    for code, english, ukrainian in [("IE", "Ireland", "Ірландія"), ("AT", "Austria", "Австрія")]:
        CityFactory(country=CountryFactory(code=code, name_en=english, name_uk=ukrainian))
    with translation.override(language):
        assert [name for _code, name in MatchingRoundForm().fields["taker_countries"].choices] == expected


# -- Solving ----------------------------------------------------------------------------------------


def test_each_city_gets_its_partners_and_nobody_is_given_too_often(world, admin):
    made = solved(admin, taker_countries=["UA"], partners_each=2, capacity=1)
    pairs = names(made)
    assert sorted(city for city, _partner in pairs) == ["Kyiv", "Kyiv", "Lviv", "Lviv", "Stryi", "Stryi"]
    partners = [partner for _city, partner in pairs]
    assert len(set(partners)) == 6
    assert ("Lviv", "Wrocław") not in pairs  # twinned already
    assert (made.takers, made.candidates) == (3, 9)
    assert made.total_score <= made.unconstrained_score
    pair = made.pairs.first()
    assert 0 < pair.score < 1
    assert 0 <= pair.components["distance"] <= 1


def test_what_two_cities_both_want_most_costs_one_of_them(world, admin):
    fields = {"taker_countries": ["UA"], "takers_min_population": 100_000, "partners_each": 3}
    free, scarce = solved(admin, **fields, capacity=2), solved(admin, **fields, capacity=1)
    assert [partner for _city, partner in names(free)].count("Gdańsk") == 2
    assert [partner for _city, partner in names(scarce)].count("Gdańsk") == 1
    assert free.cost_of_fairness == pytest.approx(0, abs=1e-9)
    assert 0 < scarce.cost_of_fairness < 100


def test_without_scarcity_nothing_is_given_up(world, admin):
    made = solved(admin, taker_countries=["UA"], partners_each=1, capacity=3)
    assert made.cost_of_fairness == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("fields", "takers", "candidates"),
    [
        ({"taker_countries": ["UA", "PL"]}, {"Lviv", "Kyiv", "Stryi", "Gdańsk", "Wrocław", "Lublin"}, 9),
        ({"takers_members_only": True}, {"Lviv", "Gdańsk"}, 9),
        ({"taker_countries": ["UA"], "takers_min_population": 100_000}, {"Lviv", "Kyiv"}, 9),
        ({"taker_countries": ["UA"], "candidate_countries": ["DE"]}, {"Lviv", "Kyiv", "Stryi"}, 3),
        ({"taker_countries": ["UA"], "candidates_members_only": True}, {"Lviv", "Kyiv", "Stryi"}, 2),
        ({"taker_countries": ["UA"], "candidates_min_population": 400_000}, {"Lviv", "Kyiv", "Stryi"}, 6),
        ({"taker_countries": ["UA"], "candidates_max_population": 400_000}, {"Lviv", "Kyiv", "Stryi"}, 3),
    ],
)
def test_filters_say_who_takes_part_among_whom(world, fields, takers, candidates):
    made = MatchingRoundFactory.build(**fields)
    assert {city.name for city in made.taking_cities()} == takers
    assert made.candidate_queryset().count() == candidates


def test_a_region_narrows_its_country_and_named_cities_stand_alone(world):
    from cities.tests.factories import RegionFactory

    region = RegionFactory(code="UA.15")
    world["Lviv"].region = region
    world["Lviv"].save()
    made = MatchingRoundFactory.build(taker_countries=["UA", "PL"], taker_regions=["UA.15"])
    assert {city.name for city in made.taking_cities()} == {"Lviv", "Gdańsk", "Wrocław", "Lublin"}
    made = MatchingRoundFactory.build(taker_countries=["UA"], taker_cities=[world["Leipzig"].pk])
    assert [city.name for city in made.taking_cities()] == ["Leipzig"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"taker_countries": ["UA"], "partners_each": 3, "capacity": 1}, "Raise the capacity"),
        ({"taker_countries": ["FR"]}, "No city takes part"),
        ({"taker_countries": ["UA"], "candidate_countries": ["FR"]}, "There is no candidate"),
    ],
)
def test_what_is_impossible_is_explained_and_goes_back(world, admin, fields, why):
    made = MatchingRoundFactory(**fields)
    made.solve(by=admin)
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == "draft"
    assert why in made.error
    assert len(made.error.splitlines()) == 2  # Ukrainian too
    assert not made.pairs.exists()


def test_it_ends_after_five_attempts(world, admin, monkeypatch):
    made = MatchingRoundFactory(taker_countries=["UA"])
    made.solve(by=admin)
    monkeypatch.setattr(solving, "assign", lambda *given: 1 / 0)
    for attempt in range(1, 7):
        solve_waiting_rounds()
        made.refresh_from_db()
        assert (made.attempts, made.state) == (min(attempt, 5), "solving" if attempt < 5 else "draft")
    assert "ZeroDivisionError" in made.error


def test_a_worker_killed_at_the_last_attempt_leaves_no_round_hanging(world, admin):
    made = MatchingRoundFactory(taker_countries=["UA"])
    made.solve(by=admin)
    MatchingRound.objects.update(attempts=5)
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == "draft"
    assert "last attempt" in made.error


def test_a_round_discarded_in_mid_work_stays_discarded(world, admin, monkeypatch):
    made = MatchingRoundFactory(taker_countries=["UA"])
    made.solve(by=admin)
    assign = solving.assign

    def discard_then_assign(*given):
        made.discard(by=admin)
        return assign(*given)

    monkeypatch.setattr(solving, "assign", discard_then_assign)
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == "discarded"
    assert not made.pairs.exists()


def test_an_excluded_pair_does_not_return_until_it_is_allowed(world, admin):
    made = solved(admin, taker_countries=["UA"], partners_each=1)
    pair = made.proposed.get(city=world["Lviv"])
    made.exclude([pair.pk], by=admin)
    solve_waiting_rounds()
    made.refresh_from_db()
    assert made.state == "solved"
    assert made.proposed.get(city=world["Lviv"]).partner != pair.partner
    assert AuditEntry.of(made).first().details["pairs"] == [f"Lviv - {pair.partner.name}"]
    made.readmit([pair.pk], by=admin)
    solve_waiting_rounds()
    assert made.proposed.get(city=world["Lviv"]).partner == pair.partner
    assert made.pairs.count() == 3


def test_every_step_is_logged_and_allowed_in_its_state_only(world, admin):
    made = MatchingRoundFactory(taker_countries=["UA"])
    for step in (made.reopen, made.publish):
        with pytest.raises(RoundNotPossible):
            step(by=admin)
    made.solve(by=admin)
    with pytest.raises(RoundNotPossible):
        made.solve(by=admin)
    solve_waiting_rounds()
    made.publish(by=admin)
    for step in (made.solve, made.reopen, made.publish):
        with pytest.raises(RoundNotPossible):
            step(by=admin)
    made.discard(by=admin)
    with pytest.raises(RoundNotPossible):
        made.discard(by=admin)
    assert done(made) == ["round discard", "round publish", "round solve"]


def publish_twice(admin, made, together=True):
    """Two people publish at the same moment: how often it succeeded. Each has its own connection."""
    outcomes, gate = [], threading.Barrier(2)

    def publish():
        mine = MatchingRound.objects.get(pk=made.pk)
        try:
            gate.wait(timeout=10)
            mine.publish(by=admin)
            outcomes.append("done")
        except RoundNotPossible:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_one_publishes(world, admin):
    made = solved(admin, taker_countries=["UA"])
    assert publish_twice(admin, made) == ["done", "late"]
    assert done(made).count("round publish") == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_clicks_publish(world, admin, monkeypatch):
    """A control: the test above must be able to fail. Both look at the state before either changes it."""
    made, gate = solved(admin, taker_countries=["UA"]), threading.Barrier(2)

    def look_only(self, allowed):
        now = MatchingRound.objects.get(pk=self.pk)
        gate.wait(timeout=10)
        if now.state not in allowed:
            raise RoundNotPossible(now)

    monkeypatch.setattr(MatchingRound, "hold", look_only)
    assert publish_twice(admin, made) == ["done", "done"]
    assert done(made).count("round publish") == 2


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_solves_it(worker):
    small_world()
    made = MatchingRoundFactory(taker_countries=["UA"])
    worker()
    with transaction.atomic():
        made.solve(by=StaffFactory(is_superuser=True))
    wait_until(lambda: MatchingRound.objects.get().state == "solved")
    assert made.proposed.count() == 9
    connection.close()


# -- In the administration ----------------------------------------------------------------------------

ASKED = {
    "title_en": "Autumn",
    "title_uk": "Осінь",
    "taker_countries": ["UA"],
    "takers_min_population": 0,
    "candidates_min_population": 0,
    "partners_each": 1,
    "capacity": 1,
}


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_takes_a_round_from_draft_to_published(admin_client, client, world):
    answer = admin_client.post(ROUNDS + "add/", {**ASKED, "_solve": "1"}, follow=True)
    assert "being solved" in text_of(answer)
    made = MatchingRound.objects.get()
    assert made.created_by.is_superuser
    solve_waiting_rounds()
    address = f"{ROUNDS}{made.pk}/change/"
    page = text_of(admin_client.get(address))
    assert "Cost of fairness" in page
    assert "Gdańsk" in page
    pair = made.proposed.first()
    answer = admin_client.post(address, {"decision": "exclude", "pair": [pair.pk]}, follow=True)
    assert "solved again without" in text_of(answer)
    solve_waiting_rounds()
    assert "Excluded pairs" in text_of(admin_client.get(address))
    assert "is published" in text_of(admin_client.post(address, {"decision": "publish"}, follow=True))
    assert "not possible any more" in text_of(
        admin_client.post(address, {"decision": "publish"}, follow=True)
    )
    made.refresh_from_db()
    assert made.state == "published"
    rows = csv.DictReader(
        io.StringIO(admin_client.get(f"{ROUNDS}{made.pk}/csv/").content.decode("utf-8-sig"))
    )
    assert len(list(rows)) == 3


def test_a_draft_is_changed_and_an_infeasible_one_says_why(admin_client, world):
    made = MatchingRoundFactory(error="Raise the capacity.")
    address = f"{ROUNDS}{made.pk}/change/"
    assert "Raise the capacity." in text_of(admin_client.get(address))
    admin_client.post(address, {**ASKED, "_save": "1", "taker_cities": f"ua/kyiv\n{world['Lviv'].pk}\n\n"})
    made.refresh_from_db()
    assert made.title_en == "Autumn"
    assert made.taker_cities == [world["Kyiv"].pk, world["Lviv"].pk]


def test_a_form_opened_before_it_was_solved_changes_nothing(admin_client, world, admin):
    made = solved(admin, taker_countries=["UA"])
    answer = admin_client.post(f"{ROUNDS}{made.pk}/change/", {**ASKED, "_save": "1"}, follow=True)
    assert "not possible any more" in text_of(answer)
    made.refresh_from_db()
    assert made.title_en != "Autumn"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"taker_countries": []}, "Say who takes part"),
        ({"taker_cities": "ua/nowhere\n12\nx\0y"}, "Null characters are not allowed"),
        ({"taker_cities": "ua/nowhere\n12\n" + "9" * 40}, "There are no such cities: ua/nowhere, 12, 999"),
        ({"candidates_min_population": 9, "candidates_max_population": 8}, "below the smallest number"),
        ({"partners_each": 0}, "greater than or equal to 1"),
        ({"capacity": 100_000}, "less than or equal to 1000"),
        ({"taker_countries": ["XX"]}, "is not one of the available choices"),
        ({"title_uk": ""}, "This field is required"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_is_kept(admin_client, world, fields, message):
    answer = admin_client.post(ROUNDS + "add/", {**ASKED, **fields})
    page = text_of(answer)
    assert message in page
    assert 'value="Autumn"' in page
    assert not MatchingRound.objects.exists()


@pytest.mark.parametrize(
    "data", [{"decision": "x"}, {"decision": "exclude"}, {"decision": "exclude", "pair": "x"}]
)
def test_a_decision_that_means_nothing_does_nothing(admin_client, world, admin, data):
    made = solved(admin, taker_countries=["UA"])
    before = made.state, made.pairs.count()
    text_of(admin_client.post(f"{ROUNDS}{made.pk}/change/", data, follow=True))
    made.refresh_from_db()
    assert (made.state, made.pairs.count()) == before


@pytest.mark.parametrize("rights", [[], ["view_matchinground"]])
def test_who_may_only_look_decides_nothing(client, world, admin, rights):
    made = solved(admin, taker_countries=["UA"])
    client.force_login(StaffFactory(rights=rights))
    address = f"{ROUNDS}{made.pk}/change/"
    assert client.get(address).status_code == (200 if rights else 403)
    assert client.get(f"{ROUNDS}{made.pk}/csv/").status_code == (200 if rights else 403)
    assert client.post(address, {"decision": "publish"}).status_code == 403
    made.refresh_from_db()
    assert made.state == "solved"


# -- Public -----------------------------------------------------------------------------------------


@pytest.fixture
def published(world, admin):
    made = solved(admin, taker_countries=["UA"], partners_each=2, capacity=2)
    made.publish(by=admin)
    return made


def test_everybody_sees_a_published_round_with_reasons(client, published):
    assert published.title_en in text_of(client.get("/rounds/"))
    page = text_of(client.get(f"/rounds/{published.pk}/"))
    assert "6 pairs" in page
    assert "Gdańsk offers what Lviv looks for" in page
    assert published.title_uk in text_of(client.get(f"/uk/rounds/{published.pk}/"))


def test_a_round_is_searched_by_the_name_of_either_city(client, published):
    page = text_of(client.get(f"/rounds/{published.pk}/?q=Lviv"))
    assert "2 pairs" in page
    partner = published.proposed.first().partner
    count = published.proposed.filter(partner=partner).count()
    page = text_of(client.get(f"/rounds/{published.pk}/?q={partner.name}"))
    assert f"{count} pair" in page
    assert "No pair of this round" in text_of(client.get(f"/rounds/{published.pk}/?q=Nowhere"))


@pytest.mark.parametrize(
    "query", ["page=x", "page=-1", "page=" + "9" * 30, "q=%00", "q=" + "x" * 500, "format=x"]
)
def test_nonsense_in_the_address_is_no_error(client, published, query):
    text_of(client.get(f"/rounds/{published.pk}/?{query}"))


def test_a_spreadsheet_has_both_cities_score_and_components(client, published):
    answer = client.get(f"/rounds/{published.pk}/?format=csv&q=Lviv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["city"], int(row["rank"])) for row in rows] == [("Lviv", 1), ("Lviv", 2)]
    assert all(0 < float(row["score"]) < 1 for row in rows)
    assert any(0 <= float(row["distance"]) <= 1 for row in rows if row.get("distance"))


def test_both_cities_of_a_pair_say_so(client, published):
    pair = published.proposed.filter(city__name="Lviv").first()
    page = text_of(client.get("/cities/ua/lviv/"))
    assert "Proposed in the matching round" in page
    assert published.title_en in page
    assert "Proposed to others in the matching round" in text_of(client.get(pair.partner.get_absolute_url()))


def test_a_mayor_s_desk_names_the_round(client, published, world):
    from cities.tests.factories import MayorFactory

    client.force_login(MayorFactory(city=world["Lviv"]).user)
    assert "Proposed in the matching round" in text_of(client.get("/desk/"))


@pytest.mark.parametrize("state", ["draft", "solving", "solved", "discarded"])
def test_a_round_that_is_not_published_is_nobody_s_business(client, published, world, state):
    MatchingRound.objects.update(state=state)
    client.force_login(UserFactory())
    assert client.get(f"/rounds/{published.pk}/").status_code == 404
    assert published.title_en not in text_of(client.get("/rounds/"))
    assert "matching round <a" not in text_of(client.get("/cities/ua/lviv/"))


def test_a_page_kept_by_a_browser_is_renewed_when_a_round_is_published_or_withdrawn(client, world, admin):
    made = solved(admin, taker_countries=["UA"])
    etag = {"If-None-Match": client.get("/rounds/")["ETag"]}
    assert client.get("/rounds/", headers=etag).status_code == 304
    made.publish(by=admin)
    answer = client.get("/rounds/", headers=etag)
    assert answer.status_code == 200
    made.discard(by=admin)
    assert client.get("/rounds/", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_the_number_of_queries_does_not_grow(client, world, admin):
    solved(admin, taker_countries=["UA"], partners_each=1).publish(by=admin)
    solved(admin, taker_countries=["UA", "PL", "DE"], partners_each=3, capacity=9).publish(by=admin)
    few, many = MatchingRound.objects.order_by("pk")
    assert RoundPair.objects.filter(round=many).count() == 27
    counts = []
    for one in (few, many):
        client.get(f"/rounds/{one.pk}/")
        with CaptureQueriesContext(connection) as queries:
            text_of(client.get(f"/rounds/{one.pk}/?page=1"))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 9
