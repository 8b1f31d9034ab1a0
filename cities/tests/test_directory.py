"""The directory in memory, and its page."""

import random
from collections import Counter

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import UserFactory
from cities import directory
from cities.filters import FACETS, DirectoryQuery
from cities.models import City, CityProfile, Mayor, TopicStatement, Twinning
from cities.tests.factories import (
    CityFactory,
    CityProfileFactory,
    CountryFactory,
    MayorFactory,
    RegionFactory,
    TopicStatementFactory,
    TwinningFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def read(text):
    return DirectoryQuery.from_querydict(QueryDict(text))


def names(text):
    at_hand = directory.current()
    return [at_hand.name(row) for row in at_hand.select(read(text)).rows.tolist()]


def random_world(seed=7, cities=150):
    """Cities of four countries with regions, profiles, needs, offers, mayors and ties, all by chance."""
    chance = random.Random(seed)
    countries = [CountryFactory(code=code) for code in ("UA", "PL", "DE", "FR")]
    regions = {
        country.code: [RegionFactory(code=f"{country.code}.{i}", country=country) for i in range(3)]
        for country in countries
    }
    made = []
    for number in range(cities):
        country = chance.choice(countries)
        made.append(
            CityFactory(
                name=f"Place {number}",
                country=country,
                region=chance.choice([*regions[country.code], None]),
                population=chance.choice([0, 900, 5_000, 12_000, 20_000, 99_999, 100_000, 1_000_000]),
                latitude=chance.uniform(40, 60),
                longitude=chance.uniform(0, 40),
            )
        )
    people = UserFactory()
    for city in chance.sample(made, cities // 2):
        CityProfileFactory(city=city, languages=chance.sample(["en", "de", "uk", "pl"], 2))
        for kind in TopicStatement.Kind.values:
            for topic in chance.sample(["water", "waste", "energy", "youth"], chance.randint(0, 3)):
                TopicStatementFactory(city=city, topic_id=topic, kind=kind)
        MayorFactory(
            city=city, user=people, state=chance.choice([Mayor.State.APPROVED, Mayor.State.SUBMITTED])
        )
    for _ in range(cities):
        one, other = sorted(chance.sample(made, 2), key=lambda city: city.id)
        if not Twinning.objects.filter(city_a=one, city_b=other).exists():
            TwinningFactory(city_a=one, city_b=other)


def values_by_city():
    """What each city has in each facet, gathered plainly with the ORM."""
    bands = [(least, code) for code, (least, _label) in directory.SIZES.items()]
    languages = dict(CityProfile.objects.values_list("city_id", "languages"))
    found = {}
    for city in City.objects.select_related("country"):
        statements = list(city.topic_statements.values_list("kind", "topic_id"))
        ties = Twinning.objects.of(city)
        found[city.id] = {
            "country": {city.country_id},
            "region": {city.region_id} - {None},
            "size": {next(code for least, code in bands if city.population >= least)},
            "member": {"yes" if city.mayors.filter(state="approved").exists() else "no"},
            "need": {topic for kind, topic in statements if kind == "need"},
            "offer": {topic for kind, topic in statements if kind == "offer"},
            "language": {*city.country.languages, *languages.get(city.id, [])},
            "twinned": {tie.city_a.country_id for tie in ties if tie.city_b_id == city.id}
            | {tie.city_b.country_id for tie in ties if tie.city_a_id == city.id},
        }
    return found


def passes(values, chosen, but=""):
    return all(values[facet] & set(codes) for facet, codes in chosen.items() if facet != but)


def test_counts_are_right_under_every_combination_of_filters():
    random_world()
    truth = values_by_city()
    at_hand, chance = directory.current(), random.Random(11)
    ids = at_hand.reference.ids.tolist()
    listed = 0
    for _ in range(150):
        chosen = {}
        for facet in chance.sample(list(FACETS), chance.randint(0, 5)):
            codes = [code for code in at_hand.facets[facet].codes if code]
            chosen[facet] = tuple(sorted(chance.sample(codes, min(len(codes), chance.randint(1, 3)))))
        within = None
        if chance.random() < 0.5:  # as after a search
            within = at_hand.reference.rows_of(chance.sample(ids, 60))
        scope = ids if within is None else at_hand.reference.ids[within].tolist()
        selection = at_hand.select(DirectoryQuery(chosen=chosen, default_sort="relevance"), within)
        expected = [city for city in scope if passes(truth[city], chosen)]
        assert at_hand.reference.ids[selection.rows].tolist() == expected
        listed += len(expected)
        for facet in FACETS:
            counted = Counter(
                code
                for city in scope
                if passes(truth[city], chosen, but=facet)
                for code in truth[city][facet]
            )
            shown = dict(zip(at_hand.facets[facet].codes, selection.counts[facet].tolist(), strict=True))
            shown.pop("", None)
            assert {code: count for code, count in shown.items() if count} == counted, (facet, chosen)
    assert listed > 1000  # else the filters were so narrow that nothing was compared


def test_orders():
    for name, name_uk, population in [
        ("Łódź", "", 600),
        ("Lviv", "Львів", 700),
        ("Zhmerynka", "Жмеринка", 30),
    ]:
        CityFactory(name=name, name_uk=name_uk, population=population)
    MayorFactory(city=City.objects.get(name="Zhmerynka"))
    assert names("") == names("sort=population") == ["Lviv", "Łódź", "Zhmerynka"]
    assert names("sort=smallest") == ["Zhmerynka", "Łódź", "Lviv"]
    assert names("sort=name") == ["Łódź", "Lviv", "Zhmerynka"]
    assert names("sort=-name") == ["Zhmerynka", "Lviv", "Łódź"]
    assert names("sort=members") == ["Zhmerynka", "Lviv", "Łódź"]


def test_ukrainian_readers_get_the_order_of_their_alphabet(client):
    for name, name_uk in [("Yizhakivka", "Їжаківка"), ("Izium", "Ізюм"), ("Kyiv", "Київ"), ("Gara", "Ґара")]:
        CityFactory(name=name, name_uk=name_uk)
    page = client.get("/uk/cities/", {"sort": "name", "view": "table"}).content.decode()
    places = [page.index(f">{name}</a>") for name in ("Ґара", "Ізюм", "Їжаківка", "Київ")]
    assert places == sorted(places)


@pytest.mark.parametrize("view", ["cards", "table", "map"])
def test_queries_do_not_grow_with_the_result(client, view):
    def queries():
        directory.current()
        with CaptureQueriesContext(connection) as context:
            assert client.get(reverse("cities"), {"view": view, "q": "Place"}).status_code == 200
        return len(context)

    client.get(reverse("cities"))  # the first page of a process asks what will change as time passes
    CityFactory(name="Place")
    few = queries()
    for number in range(40):
        CityFactory(name=f"Place {number}")
    assert queries() == few <= 5  # in production one less: the data's versions are read once a second


def test_the_last_page_is_shown_for_a_page_beyond_it(client):
    for number in range(30):
        CityFactory(population=1000 - number)
    page = client.get(reverse("cities"), {"page": 9}).content.decode()
    assert page.count('class="card linked"') == 6
    assert '<span aria-current="page">' in page


def test_a_change_shows_at_once(client):
    city = CityFactory(name="Stryi")
    assert "Water" not in client.get(reverse("cities")).content.decode()
    TopicStatementFactory(city=city, topic_id="water")
    assert "Water" in client.get(reverse("cities")).content.decode()
    CityFactory(name="Sambir")
    assert "Sambir" in client.get(reverse("cities")).content.decode()


def test_only_what_changed_is_loaded_again():
    city = CityFactory()
    before = directory.current()
    MayorFactory(city=city)
    after = directory.current()
    assert after.reference is before.reference
    assert after.ties is before.ties
    assert after.statements is not before.statements
    assert directory.current() is after


def test_an_unchanged_page_is_not_sent_again(client):
    CityFactory()
    first = client.get(reverse("cities"))
    again = client.get(reverse("cities"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    MayorFactory()
    assert client.get(reverse("cities"), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_each_address_language_and_block_has_an_etag_of_its_own(client):
    etags = [
        client.get("/cities/")["ETag"],
        client.get("/uk/cities/")["ETag"],
        client.get("/cities/?page=2")["ETag"],
        client.get("/cities/", headers=HTMX)["ETag"],
    ]
    assert len(set(etags)) == 4


def test_a_repeated_page_comes_from_memory(client, django_assert_num_queries):
    CityFactory(name="Place")
    client.get(reverse("cities"), {"q": "Place"})
    with django_assert_num_queries(1):  # the versions of the data
        client.get(reverse("cities"), {"q": "Place"})


def test_public_pages_set_no_cookie_and_may_be_kept(client):
    answer = client.get(reverse("cities"))
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "HX-Request"} <= {part.strip() for part in answer["Vary"].split(",")}


def test_a_page_for_a_person_is_neither_kept_nor_given_to_others(client):
    client.get(reverse("cities"))
    client.force_login(UserFactory())
    own = client.get(reverse("cities"))
    assert reverse("account_logout") in own.content.decode()
    assert "no-store" in own["Cache-Control"]
    assert "ETag" not in own
    client.logout()
    assert reverse("account_logout") not in client.get(reverse("cities")).content.decode()


def test_htmx_gets_the_results_alone_and_the_address_to_show(client):
    CityFactory(name="Stryi")
    answer = client.get("/cities/?q=Stryi&sort=&page=1", headers=HTMX)
    assert "<html" not in answer.content.decode()
    assert "Stryi" in answer.content.decode()
    assert answer["HX-Push-Url"] == "/cities/?q=Stryi"
    assert client.get("/cities/?q=Stryi&sort=&page=1", headers=HTMX)["HX-Push-Url"] == "/cities/?q=Stryi"


def test_going_back_gets_the_whole_page(client):
    answer = client.get("/cities/", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in answer.content.decode()


def test_chosen_filters_can_be_removed_one_by_one(client):
    CityFactory(country=CountryFactory(code="PL"))
    page = client.get("/cities/?country=PL&size=50k-100k").content.decode()
    assert 'href="?size=50k-100k"' in page
    assert 'href="?country=PL"' in page


def test_an_empty_result_says_which_filter_to_remove(client):
    city = CityFactory(name="Stryi", population=60_000)
    CityFactory(country=CountryFactory(code="PL"))
    page = client.get("/cities/?q=Stryi&country=PL").content.decode()
    assert "Country: without it 1 city" in page
    assert city.get_absolute_url() in page


def test_an_empty_result_suggests_similar_names(client):
    CityFactory(name="Kropyvnytskyi")
    page = client.get("/cities/?q=Kropyvnik").content.decode()
    assert "?q=Kropyvnytskyi" in page


def test_unknown_values_are_left_out_and_named(client):
    CityFactory(name="Stryi")
    page = client.get("/cities/?country=XX&need=magic").content.decode()
    assert "Stryi" in page
    assert "XX" in page
    assert "magic" in page


def test_values_that_would_list_nothing_are_not_offered_unless_chosen(client):
    CityFactory()
    CountryFactory(code="PL")
    assert 'value="PL"' not in client.get("/cities/").content.decode()
    assert 'value="PL" id="country-PL" checked' in client.get("/cities/?country=PL").content.decode()


def test_a_long_facet_is_shortened_and_can_be_expanded(client):
    for number in range(15):
        CityFactory(country=CountryFactory(code=f"Q{chr(65 + number)}"))
    short = client.get("/cities/").content.decode()
    assert short.count('name="country"') == 10
    assert "?expand=country" in short
    assert client.get("/cities/?expand=country").content.decode().count('name="country"') == 15


def test_regions_are_offered_within_a_country(client):
    CityFactory(region=RegionFactory(code="UA.15"))
    assert 'value="UA.15"' not in client.get("/cities/").content.decode()
    assert 'value="UA.15"' in client.get("/cities/?country=UA").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%00", "q=%25_%5C", "q=" + "x" * 5000, "q='%3B--", "q=%F0%9F%98%80", "country=%00", "page=1e9",
        "bounds=nan,nan,nan,nan", "bounds=0,0,0,0&view=map", "format=clusters&width=-1", "format=exe",
        "format=clusters&bounds=-90,-180,90,180&width=99999999999", "q=[unclosed&sort=(", "size=&size=",
    ],
)  # fmt: skip
def test_nonsense_is_answered_calmly(client, query):
    CityFactory()
    for address in ("/cities/", "/uk/cities/"):
        assert client.get(f"{address}?{query}").status_code == 200


def test_nothing_at_all_is_answered_calmly(client):
    for view in ("cards", "table", "map"):
        assert client.get("/cities/", {"view": view}).status_code == 200
    assert client.get("/cities/?format=clusters").json() == {"clusters": []}


def test_the_directory_only_answers_questions(client):
    assert client.post("/cities/").status_code == 405


def test_the_map_shows_the_same_result_as_clusters(client):
    for number in range(5):
        CityFactory(latitude=50.0 + number / 1000, longitude=30.0, population=number)
    lone = CityFactory(country=CountryFactory(code="PL"), latitude=54.0, longitude=18.0)
    clusters = client.get("/cities/?format=clusters&bounds=45,10,60,40").json()["clusters"]
    assert sorted(cluster["count"] for cluster in clusters) == [1, 5]
    assert [c["url"] for c in clusters if c["count"] == 1] == [lone.get_absolute_url()]
    crowd = next(cluster for cluster in clusters if cluster["count"] == 5)
    page = client.get("/cities/" + crowd["url"].removeprefix("./")).content.decode()
    assert page.count('class="card linked"') == 5
    assert client.get("/cities/?format=clusters&country=PL").json()["clusters"][0]["count"] == 1
