"""The possible partners of a business, and the page of two: ranked live, explained, filtered exactly."""

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.models import Twinning
from cities.tests.factories import CityFactory, CountryFactory, TwinningFactory
from partnerships.businesses.keys import write_keys
from partnerships.businesses.reasons import CODES, LABELS, MEANINGS
from partnerships.matching.trade import COMPONENTS
from partnerships.models import BusinessStatement
from partnerships.scoring.outbox import BUSINESSES, run_pending_jobs
from partnerships.tests.factories import BusinessProfileFactory, partnership_between

pytestmark = pytest.mark.django_db

GLASS = "/businesses/glass/matches/"


def business(name, city, **fields):
    slug = fields.pop("slug", name.split(" ")[0].lower())
    notes = fields.pop("notes", {})
    profile = BusinessProfileFactory(
        organisation__name=name, organisation__slug=slug, organisation__city=city, **fields
    )
    for (kind, trade), text in notes.items():
        BusinessStatement.objects.filter(organisation=profile.pk, kind=kind, trade=trade).update(
            **{("note_uk" if not text.isascii() else "note_en"): text}
        )
    write_keys(profile)
    return profile


@pytest.fixture
def cities():
    made = {}
    for name, code, north, east in [
        ("Lviv", "UA", 49.8, 24.0),
        ("Gdańsk", "PL", 54.4, 18.6),
        ("Poznań", "PL", 52.4, 16.9),
        ("Leipzig", "DE", 51.3, 12.4),
    ]:
        made[name] = CityFactory(name=name, country=CountryFactory(code=code), latitude=north, longitude=east)
    TwinningFactory(city_a=made["Lviv"], city_b=made["Gdańsk"])
    return made


@pytest.fixture
def market(cities):
    """Glass works of Lviv that seek dealers; two dealers in Poland, pumps in Leipzig, another at home."""
    glass = business(
        "Glass Works",
        cities["Lviv"],
        activity="23",
        size="medium",
        markets=["PL"],
        languages=["uk", "en"],
        summary_en="Makes safety glass",
        stated={"offer": ["product"], "need": ["distribution"]},
        notes={("need", "distribution"): "Дилери вікон і дверей"},
    )
    for name, city in [("Windows of Gdańsk", "Gdańsk"), ("Dealers of Poznań", "Poznań")]:
        business(
            name,
            cities[city],
            activity="43",
            size="medium",
            markets=["UA"],
            languages=["pl", "en"],
            summary_en="Sells windows and doors",
            stated={"offer": ["distribution"], "need": ["product"]},
        )
    business("Pumps", cities["Leipzig"], activity="28", stated={"offer": ["service"]}, size="large")
    business("Neighbour", cities["Lviv"], activity="43", stated={"offer": ["distribution"]})
    return glass


def answer(client, query=""):
    sent = client.get(f"{GLASS}?{query}&format=json")
    assert sent.status_code == 200
    return json.loads(b"".join(sent.streaming_content))["businesses"]


def listed(client, query=""):
    return [one["name"] for one in answer(client, query)]


def page(client, address=GLASS):
    sent = client.get(address)
    assert sent.status_code == 200
    return sent.content.decode()


def test_every_component_has_words():
    assert {one.code for one in COMPONENTS} == LABELS.keys() == MEANINGS.keys()
    assert sum(one.weight for one in COMPONENTS) == pytest.approx(1)


def test_those_abroad_are_ranked_and_a_partner_city_lifts_a_business(client, market):
    """The two dealers differ in their city alone; Poznań is nearer to nothing but itself."""
    assert listed(client) == ["Windows of Gdańsk", "Dealers of Poznań", "Pumps"]
    first, second = answer(client)[:2]
    assert first["score"] - second["score"] > 0.1
    Twinning.objects.all().delete()
    first, second = answer(client)[:2]
    assert abs(first["score"] - second["score"]) < 0.02


def test_a_partnership_lifts_a_business_once_both_cities_show_it(client, market, cities):
    Twinning.objects.all().delete()
    made = partnership_between(cities["Lviv"], cities["Gdańsk"])
    assert listed(client, "tie=twinned") == []
    for party in made.parties:
        made.show(party, True, by=party.people()[0])
    assert listed(client, "tie=twinned") == ["Windows of Gdańsk"]
    assert "Windows of Gdańsk" in page(client, f"{cities['Lviv'].get_absolute_url()}businesses/")
    made.move("ended", by=made.begun_by, seen=made.latest, note="Done.")
    assert listed(client, "tie=twinned") == []


def test_home_is_listed_when_asked_for(client, market):
    assert "Neighbour" not in listed(client)
    assert set(listed(client, "scope=all")) == {
        "Windows of Gdańsk", "Dealers of Poznań", "Pumps", "Neighbour",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=PL", ["Windows of Gdańsk", "Dealers of Poznań"]),
        ("tie=twinned", ["Windows of Gdańsk"]),
        ("tie=other", ["Dealers of Poznań", "Pumps"]),
        ("offer=service", ["Pumps"]),
        ("section=F&division=43", ["Windows of Gdańsk", "Dealers of Poznań"]),
        ("size=large&market=UA", []),
        ("q=poznan", ["Dealers of Poznań"]),
        ("q=Лейпциг", []),
        ("sort=distance", ["Dealers of Poznań", "Windows of Gdańsk", "Pumps"]),
        ("sort=name&language=pl", ["Dealers of Poznań", "Windows of Gdańsk"]),
    ],
)
def test_filters_and_orders_are_exact(client, market, query, found):
    assert listed(client, query) == found


def test_weights_of_the_reader_rank_anew(client, market):
    by_supply = answer(client, "w_supply=4&w_cities=0&w_needs=0&w_texts=0")
    assert by_supply[0]["score"] != answer(client)[0]["score"]
    assert "Left out, because it means nothing here: w_nonsense=2" in page(client, f"{GLASS}?w_nonsense=2")


def test_the_page_says_why_in_both_languages(client, market):
    text = page(client)
    assert "Their cities are partners." in text
    assert "Windows of Gdańsk offers what Glass Works seeks: distribution." in text
    assert "words in common: doors, windows" in text  # "вікон і дверей" in the note
    assert "1st of 3" in text
    text = page(client, f"/uk{GLASS}")
    assert "Їхні міста - партнери." in text
    assert "спільні слова: вікон, дверей" in text


def numbers(html):
    table = html.partition('<table class="points">')[2].partition("</table>")[0]
    cells = re.findall(r'<td class="number">(?:<strong>)?([\d.,]+)', table)
    found = [float(cell.replace(",", ".")) for cell in cells]
    return [found[place : place + 3] for place in range(0, len(found), 3)]


@pytest.mark.parametrize("other", ["windows", "pumps", "neighbour"])
@pytest.mark.parametrize("query", ["", "?w_distance=4&w_needs=0"])
def test_points_add_up_and_are_the_same_from_both_sides(client, market, other, query):
    *parts, total = numbers(page(client, f"{GLASS}{other}/{query}"))
    assert len(parts) == len(CODES)
    for column in range(3):
        assert round(sum(part[column] for part in parts), 1) == total[column]
    for points, lost, possible in (*parts, total):
        assert round(points + lost, 1) == possible
    assert total[2] == 100
    assert numbers(page(client, f"/businesses/{other}/matches/glass/{query}"))[-1] == total


def test_the_pair_has_the_score_of_the_list_and_says_what_is_missing(client, market):
    text = page(client, f"{GLASS}pumps/")
    score = next(one["score"] for one in answer(client) if one["name"] == "Pumps")
    assert numbers(text)[-1][0] == pytest.approx(100 * score, abs=0.06)
    assert "Pumps does not offer what Glass Works seeks: distribution." in text
    assert "not known" in text
    assert "does not apply within one country" in page(client, f"{GLASS}neighbour/")


def test_nothing_is_praised_and_blamed_at_once(client, market):
    text = page(client, f"{GLASS}windows/")
    assert "Their cities are no partners yet." not in text
    assert "have no language in common" not in text


def test_the_number_of_queries_does_not_grow(client, market, cities):
    def queries():
        page(client, f"{GLASS}?page=1")
        with CaptureQueriesContext(connection) as context:
            page(client, f"{GLASS}?country=PL")
        return len(context)

    few = queries()
    for number in range(20):
        business(f"More-{number}", cities["Poznań"], stated={"offer": ["distribution"]})
    assert queries() == few


def test_the_file_has_place_and_score(client, market):
    sent = client.get(f"{GLASS}?format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert float(rows[0]["score"]) > float(rows[2]["score"])


@pytest.mark.parametrize("address", ["nobody/matches/", "glass/matches/nobody/", "glass/matches/glass/"])
def test_what_is_not_there_is_not_found(client, market, address):
    assert client.get(f"/businesses/{address}").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=99&view=map", "scope=%00&tie=x&city=999", "q=%00&w_needs=9", "w_texts=NaN"]
)
def test_nonsense_in_the_address_is_no_error(client, market, query):
    page(client, f"{GLASS}?{query}")


def test_who_is_alone_is_told_so(client, cities):
    business("Glass", cities["Lviv"])
    assert "0 possible partners" in page(client)


def test_a_city_shows_the_best_pairs_with_each_partner_city(client, market, cities):
    address = f"{cities['Lviv'].get_absolute_url()}businesses/"
    assert address in page(client, cities["Lviv"].get_absolute_url())
    for number in range(8):
        business(f"More-{number} of Gdańsk", cities["Gdańsk"], stated={"offer": ["distribution"]})
    text = page(client, address)
    assert "2 businesses of Lviv" in text
    assert "9 businesses of Gdańsk" in text
    assert text.count('class="card"') == 5
    assert "Poznań" not in text  # no partner city
    assert text.index("Windows of Gdańsk") < text.index("More-")
    assert "/businesses/glass/matches/windows/" in text
    with CaptureQueriesContext(connection) as few:
        page(client, f"{address}?again")
    TwinningFactory(city_a=cities["Lviv"], city_b=cities["Leipzig"])
    assert "1 business of Leipzig" in page(client, address)
    with CaptureQueriesContext(connection) as many:
        page(client, f"{address}?again")
    assert len(many) <= len(few)
    assert "No business of this city" in page(client, f"{CityFactory().get_absolute_url()}businesses/")


def test_the_desk_shows_the_best_matches(client, market):
    member = market.organisation.members.get()
    client.force_login(member.user)
    text = page(client, "/desk/")
    assert "Your best business matches" in text
    assert "Windows of Gdańsk" in text
    BUSINESSES.ask(None)
    run_pending_jobs()
    assert "Windows of Gdańsk" in page(client, "/desk/")
