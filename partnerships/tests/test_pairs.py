"""The page of two cities: score and places of any pair, what adds and what costs points, what is unsaid."""

import json
import re
from itertools import combinations
from math import log

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from cities import directory
from cities.models import CityProfile, Mayor, Twinning
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory, TopicStatementFactory
from partnerships.city_matches.emphasis import CODES
from partnerships.city_matches.pairs import lines
from partnerships.city_matches.reasons import LABELS, MEANINGS
from partnerships.matching.components import COMPONENTS
from partnerships.matching.explain import explain
from partnerships.matching.points import rounded_to
from partnerships.scoring import profiles
from tests.world import small_world

pytestmark = pytest.mark.django_db

PAIR = "/cities/ua/lviv/matches/pl/gdansk/"
COMPARE = "/cities/ua/lviv/compare/"


@pytest.fixture
def world():
    return small_world()


def page(client, address=PAIR):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(html):
    """The last three numbers of each line of the score: points, lost, possible."""
    table = html.partition('<table class="points">')[2].partition("</table>")[0]
    cells = re.findall(r'<td class="number">(?:<strong>)?([\d.,]+)', table)
    found = [float(cell.replace(",", ".")) for cell in cells]
    return [found[place : place + 3] for place in range(0, len(found), 3)]


def test_every_component_has_a_label_and_a_meaning():
    codes = {component.code for component in COMPONENTS}
    assert codes <= LABELS.keys()
    assert codes <= MEANINGS.keys()


@pytest.mark.parametrize("query", ["", "?w_distance=4&w_needs=0", "?w_size=0.5&w_language=2"])
def test_points_and_losses_shown_add_up_to_what_is_shown_as_their_sum(client, world, query):
    *parts, total = numbers(page(client, PAIR + query))
    assert len(parts) == len(COMPONENTS)
    for column in range(3):
        assert round(sum(part[column] for part in parts), 1) == total[column]
    for points, lost, possible in (*parts, total):
        assert round(points + lost, 1) == possible
    assert total[2] == 100
    assert min(lost for _points, lost, _possible in parts) >= 0


@pytest.mark.parametrize(
    ("parts", "total", "whole"),
    [
        ([0.5, 0.5, 0.5, 0.5], 2, [1, 1, 0, 0]),
        ([1.4, 1.4, 1.2], 4, [2, 1, 1]),
        ([3.0, 0.0], 3, [3, 0]),
        ([], 0, []),
    ],
)
def test_rounding_keeps_the_sum(parts, total, whole):
    assert rounded_to(total, parts) == whole


def test_the_score_is_that_of_the_directory_of_partners_and_so_is_the_place(client, world):
    answer = client.get("/cities/ua/lviv/matches/?format=json")
    cities = json.loads(b"".join(answer.streaming_content))["cities"]
    frankfurt = next(city for city in cities if city["name"] == "Frankfurt")
    text = page(client, "/cities/ua/lviv/matches/de/frankfurt/")
    assert numbers(text)[-1][0] == pytest.approx(100 * frankfurt["score"], abs=0.06)
    assert f"{frankfurt['rank']}th of 4" in text or f"{frankfurt['rank']}rd of 4" in text
    assert "possible partners of Lviv" in text
    assert "possible partners of Frankfurt" in text


def test_the_pair_is_the_same_from_both_sides(client, world):
    assert numbers(page(client)) == numbers(page(client, "/cities/pl/gdansk/matches/ua/lviv/"))


def test_it_says_why_and_why_not_higher(client, world):
    text = page(client)
    assert "Gdańsk offers what Lviv looks for: water supply" in text
    assert re.search(r"The way is long: \d+ km\.", text)
    text = page(client, "/uk" + PAIR)
    assert re.search(r"Далека дорога: \d+ км\.", text)
    assert "Наскільки кожне місто пропонує" in text  # the meaning of a component


def test_what_costs_points_is_not_praised_as_well(client, world):
    text = page(client)
    assert "km lie between them" not in text
    assert re.search(r"Only \d+ km lie between them", page(client, "/cities/ua/lviv/matches/ua/stryi/"))


@pytest.mark.parametrize(
    ("praise", "blame"),
    [
        ("Both play a similar part", "play different parts"),
        ("They are alike in size", "Their sizes differ"),
        ("Only", "The way is long"),
    ],
)
def test_nothing_is_praised_and_blamed_at_once(client, world, praise, blame):
    for pair in combinations(world.values(), 2):
        one, other = (city.get_absolute_url() for city in pair)
        text = page(client, f"{one}matches{other.removeprefix('/cities')}")
        reasons = text.partition('id="why"')[2].partition('id="parts"')[0]
        assert not (f"<li>{praise}" in reasons and blame in reasons), pair


def test_what_is_looked_for_and_not_offered_is_said(client, world):
    TopicStatementFactory(city=world["Lviv"], topic_id="housing", kind="need")
    assert "Gdańsk does not offer what Lviv looks for: housing" in page(client)


def test_a_pair_of_one_country_has_no_place_and_says_so(client, world):
    text = page(client, "/cities/ua/lviv/matches/ua/kyiv/")
    assert "Both are in the same country" in text
    assert "possible partners of Kyiv</dt>" not in text


def test_ties_of_two_countries_do_not_apply_to_a_pair_of_one(client, world):
    text = page(client, "/cities/ua/lviv/matches/ua/kyiv/")
    assert "does not apply within one country, counts as" in text
    assert "Ties of the two countries: not known" not in text
    assert text.count("does not apply within one country, counts as") == 2  # nor do ties with the other's
    assert "Ties with the other’s country: not known" not in text
    assert "does not apply" not in page(client)


def test_twin_cities_are_told_apart_with_the_year_if_it_is_known(client, world):
    address = "/cities/ua/lviv/matches/pl/lublin/"
    assert "The two are twin cities already." in page(client, address)
    Twinning.objects.filter(city_a=world["Lviv"], city_b=world["Lublin"]).update(since=2004)
    directory.forget()
    client.cookies["sessionid"] = "none"  # what an anonymous visitor sees may be a second old
    assert "twin cities already, since 2004" in page(client, address)


def test_a_city_of_which_little_is_known_is_compared_too(client, world):
    CityFactory(name="Valletta", country=CountryFactory(code="MT"), population=0)
    text = page(client, "/cities/ua/lviv/matches/mt/valletta/")
    assert "not known, counts as" in text
    assert "not known, so counted as for an average pair." in text


def test_weights_in_the_address_are_followed_and_can_be_left(client, world):
    only_size = "&".join(f"w_{code}=0" for code in CODES if code != "size")
    text = page(client, f"{PAIR}?{only_size}")
    assert numbers(text)[-1][0] == pytest.approx(100 * (1 - log(717_273 / 470_907) / log(10_000)), abs=0.06)
    assert "Scored by your own weights" in text
    assert f'href="{PAIR}"' in text
    nothing = "&".join(f"w_{code}=0" for code in CODES)
    assert "If nothing counts" in page(client, f"{PAIR}?{nothing}")
    assert "Left out, because it means nothing here" in page(client, f"{PAIR}?w_size=x")


@pytest.mark.parametrize(
    "address",
    [
        "/cities/ua/lviv/matches/ua/lviv/",
        "/cities/ua/lviv/matches/pl/nowhere/",
        "/cities/zz/lviv/matches/pl/gdansk/",
        "/cities/ua/nowhere/compare/",
    ],
)
def test_a_city_with_itself_and_what_is_not_there_are_not_found(client, world, address):
    assert client.get(address).status_code == 404


def test_capital_letters_lead_to_the_one_address(client, world):
    answer = client.get("/cities/UA/Lviv/matches/PL/Gdansk/")
    assert (answer.status_code, answer["Location"]) == (301, PAIR)


def test_what_both_want_of_partners_is_said_and_compared(client, world):
    goals = {"Lviv": ["experience", "culture"], "Gdańsk": ["aid", "culture"]}
    for name in goals:
        CityProfile.objects.filter(city=world[name]).update(goals=goals[name])
    text = page(client)
    assert "Both want of partners: culture, youth and schools." in text
    assert "exchange of experience, culture, youth and schools" in text  # side by side
    CityProfile.objects.filter(city=world["Gdańsk"]).update(goals=["aid"])
    assert "Both want of partners" not in page(client)


def test_who_may_add_what_is_missing_is_shown_where(client, world):
    text = page(client, "/cities/ua/lviv/matches/de/leipzig/")
    assert f"/memberships/apply/mayor/?city={world['Leipzig'].pk}" in text
    assert "what it looks for, what it offers, its working languages, what it wants of partners" in text
    assert "/cities/ua/lviv/profile/" not in text
    client.force_login(Mayor.objects.get(city=world["Lviv"]).user)
    text = page(client, "/cities/ua/lviv/matches/de/leipzig/")
    assert "/cities/ua/lviv/profile/" in text
    client.force_login(MayorFactory(user=UserFactory(), state="suspended", city=world["Leipzig"]).user)
    assert "/profile/" not in page(client, "/cities/ua/lviv/matches/de/leipzig/")


def test_the_number_of_queries_is_that_of_any_pair(client, world):
    def queries(address):
        directory.current()
        with CaptureQueriesContext(connection) as context:
            page(client, address)
        return len(context)

    queries(PAIR)
    assert queries("/cities/de/gorlitz/matches/pl/lublin/") == queries("/cities/ua/stryi/matches/ua/kyiv/")


def test_proposals_link_to_their_comparison_and_keep_the_weights(client, world):
    text = page(client, "/cities/ua/lviv/matches/?w_distance=2")
    assert f'href="{PAIR}?w_distance=2"' in text


@pytest.mark.parametrize("name", ["Gdańsk", "gdansk", "Gdnask", "Гданськ"])
def test_a_city_found_by_any_name_is_compared(client, world, name):
    world["Gdańsk"].names.create(name="Гданськ", key="гданськ")
    answer = client.get(COMPARE, {"q": name, "w_distance": "2"})
    assert (answer.status_code, answer["Location"]) == (302, PAIR + "?w_distance=2")


def test_several_cities_of_a_name_are_offered_for_a_choice(client, world):
    CityFactory(name="Frankfurt", country=CountryFactory(code="PL"), population=57_000)
    text = page(client, f"{COMPARE}?q=Frankfurt")
    assert "Several cities fit “Frankfurt”" in text
    assert 'href="/cities/ua/lviv/matches/de/frankfurt/"' in text
    assert 'href="/cities/ua/lviv/matches/pl/frankfurt/"' in text


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("Xyzzyx", "No city of the directory has a name like “Xyzzyx”"),
        ("Lviv", "That is the city itself"),
        ("", "Name of the other city"),
        ("%00", "Name of the other city"),
        ("!!!", "No city of the directory has a name like “!!!”"),
    ],
)
def test_what_finds_no_other_city_says_so_and_keeps_what_was_written(client, world, q, message):
    text = page(client, f"{COMPARE}?q={q}")
    assert message in text
    if q.isalpha():
        assert f'value="{q}"' in text


def test_lines_of_a_pair_follow_the_explanation(world):
    arrays = profiles.current()
    found = explain(arrays, arrays.row_of(world["Lviv"].pk), arrays.row_of(world["Gdańsk"].pk))
    shown = lines(found)
    for line, part in zip(shown, found.parts, strict=True):
        assert abs(line.points - 100 * part.contribution) < 0.1
        assert abs(line.weight - 100 * part.weight) < 0.2
