"""The directory of businesses: search, facets, orders, files, and the businesses of a city."""

import csv
import io
import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.membership import State
from cities import directory as city_directory
from cities import page_cache
from cities.tests.factories import CityFactory, CountryFactory, RegionFactory
from partnerships.businesses import directory
from partnerships.businesses.keys import write_keys
from partnerships.businesses.models import SizeBand, Trade
from partnerships.businesses.query import FACETS, SORTS, BusinessQuery
from partnerships.models import BusinessProfile, Organisation, OrganisationMember
from partnerships.tests.factories import BusinessProfileFactory, OrganisationMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lviv():
    region = RegionFactory(code="UA.15", name_en="Lviv Oblast", name_uk="Львівська область")
    return CityFactory(id=702550, name="Lviv", name_uk="Львів", region=region)


@pytest.fixture
def gdansk():
    return CityFactory(name="Gdańsk", name_uk="Гданськ", country=CountryFactory(code="PL"))


@pytest.fixture
def market(lviv, gdansk):
    """Three businesses: a glass works and bakers of Lviv, a shipyard of Gdańsk."""
    CityFactory(id=5, name="Nowhere yet")
    made = {}
    for name, city, other in [
        ("Галицьке скло", lviv, {"activity": "23.12", "size": "medium", "founded": 1999, "markets": ["DE"]}),
        ("Пекарня", lviv, {"activity": "10", "size": "micro", "summary_en": "Rye bread from a stone oven"}),
        ("Stocznia Północna", gdansk, {"activity": "30", "size": "large", "founded": 1950}),
    ]:
        stated = {
            "23.12": {"offer": ["product"], "need": ["distribution"]},
            "10": {"offer": ["product", "service"]},
            "30": {"need": ["subcontracting", "distribution"]},
        }[other["activity"]]
        made[name] = BusinessProfileFactory(
            organisation__name=name, organisation__city=city, stated=stated, **other
        )
    return made


def listed(client, query=""):
    return [one["name"] for one in answer(client, query)["businesses"]]


def answer(client, query=""):
    sent = client.get(f"/businesses/?{query}&format=json")
    assert sent.status_code == 200
    return json.loads(b"".join(sent.streaming_content))


def page(client, query=""):
    sent = client.get(f"/businesses/?{query}")
    assert sent.status_code == 200
    return sent.content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("скло", ["Галицьке скло"]),
        ("halytske", ["Галицьке скло"]),
        ("Halycke sklo", ["Галицьке скло"]),
        ("Галицкє скло", ["Галицьке скло"]),
        ("Пекарня", ["Пекарня"]),
        ("pekarnia", ["Пекарня"]),
        ("pekarnja", ["Пекарня"]),
        ("stocznia polnocna", ["Stocznia Północna"]),
        ("Сточня", ["Stocznia Północna"]),
        ("bread", ["Пекарня"]),
        ("stone bread", ["Пекарня"]),
        ("Гданськ", ["Stocznia Północna"]),
        ("manufacture food", ["Пекарня"]),
        ("Nowhere", []),
        ("%", []),
        ("...", []),
    ],
)
def test_search_in_any_script_with_typing_errors(client, market, text, found):
    assert listed(client, f"q={text}".replace("%", "%25")) == found


def test_a_name_comes_before_a_text(client, market, lviv):
    BusinessProfileFactory(organisation__name="Bread and More", organisation__city=lviv)
    assert listed(client, "q=bread") == ["Bread and More", "Пекарня"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Галицьке скло", "Пекарня", "Stocznia Północna"}),
        ("country=UA", {"Галицьке скло", "Пекарня"}),
        ("country=UA&country=PL", {"Галицьке скло", "Пекарня", "Stocznia Północna"}),
        ("region=UA.15", {"Галицьке скло", "Пекарня"}),
        ("city=702550&offer=service", {"Пекарня"}),
        ("section=C&need=distribution", {"Галицьке скло", "Stocznia Północna"}),
        ("division=23", {"Галицьке скло"}),
        ("division=30", {"Stocznia Północna"}),
        ("size=micro&size=large", {"Пекарня", "Stocznia Północna"}),
        ("market=DE", {"Галицьке скло"}),
        ("bounds=0,0,1,1", set()),
        ("city=5", set()),
    ],
)
def test_facets_narrow(client, market, query, found):
    assert set(listed(client, query)) == found


def test_facets_count(client, market):
    at_hand = directory.current()
    chosen = at_hand.select(BusinessQuery.read(QueryDict("country=UA")))
    counts = {
        name: dict(zip(at_hand.facets[name].codes, chosen.counts[name].tolist(), strict=True))
        for name in FACETS
    }
    assert {code: n for code, n in counts["country"].items() if n} == {"UA": 2, "PL": 1}
    assert {code: n for code, n in counts["offer"].items() if n} == {"product": 2, "service": 1}
    assert {code: n for code, n in counts["size"].items() if n} == {"micro": 1, "medium": 1}
    assert {code: n for code, n in counts["section"].items() if n} == {"C": 2}


def test_a_class_counts_in_its_division_and_is_exported(client, market):
    [glass] = answer(client, "division=23")["businesses"]
    codes = [glass[f"nace_{level}"] for level in ("section", "division", "code")]
    assert codes == ["C", "23", "23.12"]
    assert glass["nace_title"] == "Shaping and processing of flat glass"
    assert "Shaping and processing of flat glass" in page(client, "division=23")


def test_long_facets_are_shown_when_they_help(client, market):
    assert 'name="division"' not in page(client)
    assert 'name="division"' in page(client, "section=C")
    assert 'name="region"' in page(client, "country=UA")


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["Stocznia Północna", "Галицьке скло", "Пекарня"]),
        ("-name", ["Пекарня", "Галицьке скло", "Stocznia Północna"]),
        ("size", ["Stocznia Północna", "Галицьке скло", "Пекарня"]),
        ("founded", ["Stocznia Północna", "Галицьке скло", "Пекарня"]),
        ("updated", ["Stocznia Północna", "Пекарня", "Галицьке скло"]),
        ("", ["Stocznia Północna", "Пекарня", "Галицьке скло"]),
    ],
)
def test_orders(client, market, sort, found):
    assert listed(client, f"sort={sort}") == found


def test_every_code_has_a_label(client, market):
    for language in ("en", "uk"):
        with translation.override(language):
            at_hand = directory.current()
            for name, facet in at_hand.facets.items():
                labels = at_hand.labels(name)
                assert [code for code in facet.codes if code and not labels.get(code)] == []
    assert set(at_hand.facets) == set(FACETS)


@pytest.mark.parametrize("state", [one for one in State.values if one != "approved"])
def test_only_approved_businesses_are_listed(client, market, lviv, state):
    hidden = BusinessProfileFactory(
        organisation__name="Hidden", organisation__city=lviv, approved=False
    ).organisation
    OrganisationMemberFactory(organisation=hidden, state=state)
    assert "Hidden" not in listed(client)
    assert listed(client, "q=Hidden") == []


def test_a_business_without_a_profile_is_not_listed(client, market):
    OrganisationMemberFactory(organisation__name="Silent")
    assert "Silent" not in listed(client)


def test_a_change_shows_at_once(client, market):
    before = page(client)
    profile = market["Пекарня"]
    profile.other_name = "Bakers of Lviv"
    profile.save()
    write_keys(profile)
    assert listed(client, "q=bakers") == ["Пекарня"]
    OrganisationMember.objects.filter(organisation=profile.organisation).update(state="suspended")
    assert "Пекарня" in before
    assert "Пекарня" not in page(client)


def test_the_same_copy_serves_until_something_changes(market):
    first = directory.current()
    assert directory.current() is first
    Organisation.objects.filter(name="Пекарня").update(name="Пекарі")
    assert "Пекарі" in directory.current().name


def test_the_page_shows_what_it_lists(client, market):
    shown = page(client)
    assert "3 businesses" in shown
    assert "Manufacture of food products" in shown
    assert "1 business" in page(client, "country=PL")
    assert "<table" in page(client, "view=table")


def test_htmx_gets_the_block_alone(client, market):
    sent = client.get("/businesses/?country=PL", headers={"HX-Request": "true"})
    assert sent["HX-Push-Url"] == "/businesses/?country=PL"
    assert b"<html" not in sent.content


def test_an_empty_result_helps(client, market):
    shown = page(client, "country=PL&size=micro")
    assert "No business fits all of this" in shown
    assert "without it 1 business" in shown
    assert "other filters leave them out" in page(client, "q=Пекарня&country=PL")
    assert "No business is here yet" not in shown


def test_an_empty_directory_says_so(client):
    assert "No business is here yet" in page(client)
    assert listed(client) == []


def test_what_no_business_can_have_is_said(client, market):
    assert "Left out, because no business can have it: 99999" in page(client, "city=99999")


HOSTILE = [
    "q=" + "x" * 5000,
    "q=%00&country=%00",
    "q=' OR 1=1 --",
    "country=" + "U" * 500,
    "&".join(f"city={n}" for n in range(500)),
    "city=abc&division=%D0%96&section=<script>",
    "page=-1&sort=nonsense&view=map&expand=city&expand=x",
    "page=999999999999",
    "bounds=a,b,c,d&format=xml",
    "q=%FF%FE",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_addresses_are_answered(client, market, query):
    assert "<script>" not in page(client, query).replace("<script src", "")


def test_the_spreadsheet_runs_nothing_and_keeps_contacts(client, lviv):
    BusinessProfileFactory(
        organisation__name='=HYPERLINK("http://x.example")',
        organisation__city=lviv,
        other_name="+1",
        contact_email="secret@glass.example",
        contact_name="Iryna",
    )
    sent = client.get("/businesses/?format=csv")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["name"].startswith("'=")
    assert row["other_name"] == "'+1"
    assert row["country"] == "UA"
    assert "secret" not in text
    assert "Iryna" not in text
    assert "secret" not in json.dumps(answer(client))


def test_the_page_needs_few_queries(client, market, lviv):
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client, "country=UA")
    for number in range(30):
        BusinessProfileFactory(organisation__name=f"More {number}", organisation__city=lviv)
    page_cache.forget()
    page(client)
    with CaptureQueriesContext(connection) as many:
        page(client, "country=UA&page=2")
    assert len(many) == len(few)


def test_a_city_shows_its_businesses(client, market, lviv, gdansk):
    shown = client.get(lviv.get_absolute_url()).content.decode()
    assert "Businesses of this city" in shown
    assert "Пекарня" in shown
    assert "/businesses/?city=702550" in shown
    assert "Show all 2 businesses" in shown
    assert "Businesses of this city" not in client.get(CityFactory().get_absolute_url()).content.decode()


def test_every_trade_and_size_can_be_chosen(client, market):
    for name, codes in [("offer", Trade.values), ("need", Trade.values), ("size", SizeBand.values)]:
        for code in codes:
            assert "Left out" not in page(client, f"{name}={code}")
    for sort in SORTS:
        page(client, f"sort={sort}&q=skl")


def test_cities_keep_their_own_directory(market):
    """A control: what serves both must not mix them."""
    assert len(directory.current()) == BusinessProfile.objects.count() == 3
    assert len(city_directory.current()) == 3


def test_while_one_loads_others_are_answered_from_the_old_copy_and_nothing_of_it_is_kept(client, market):
    page(client)
    Organisation.objects.filter(name="Пекарня").update(name="Пекарі")
    keeper = directory._keeper
    with keeper._lock:  # somebody else is loading
        sent = client.get("/businesses/")
    assert "Пекарня" in sent.content.decode()
    assert "ETag" not in sent
    sent = client.get("/businesses/")
    assert "Пекарі" in sent.content.decode()
    assert "ETag" in sent


def test_a_long_facet_opened_stays_within_bounds(client, market, monkeypatch):
    monkeypatch.setattr("cities.listing.OPTIONS_SHOWN", 1)
    monkeypatch.setattr("cities.listing.MOST_EXPANDED", 3)
    for number in range(6):
        BusinessProfileFactory(organisation__city=CityFactory(name=f"City {number}"))
    assert page(client).count('name="city"') == 1
    opened = page(client, "expand=city")
    assert opened.count('name="city"') == 3
    assert "Show fewer" in opened


def test_the_map_has_businesses_at_their_cities(client, market, lviv, gdansk):
    for city, latitude, longitude in [(lviv, 49.84, 24.02), (gdansk, 54.35, 18.65)]:
        city.latitude, city.longitude = latitude, longitude
        city.save()
    clusters = client.get("/businesses/?format=clusters&bounds=45,10,60,40&width=900").json()["clusters"]
    several, one = clusters
    assert (several["count"], several["label"]) == (2, "Lviv: 2 businesses")
    assert one["label"] == "Stocznia Północna, Gdańsk"
    assert one["url"] == market["Stocznia Północna"].organisation.get_absolute_url()
    assert page(client, several["url"].removeprefix("./?")).count('class="card linked"') == 2
    drawn = page(client, "view=map")
    assert 'aria-label="Lviv: 2 businesses"' in drawn
    assert "card linked" not in drawn
    assert 'data-map="?format=clusters"' in drawn
    assert "js/map.js" in drawn
