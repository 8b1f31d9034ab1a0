"""The open API: what it lists, how it turns pages, what it refuses, and what it never tells."""

import csv
import io
import json
import random
import re

import pytest
from django.http import QueryDict
from django.urls import reverse
from jsonschema import Draft202012Validator

from accounts.tests.factories import UserFactory
from cities.models import City, CityProfile
from cities.tests.factories import CityFactory
from projects.models import Project
from public.api.resources import PARTS, RESOURCES
from public.tests.api_world import CANARY, public_world

pytestmark = pytest.mark.django_db
HOST = "http://localhost:8000"
BY_NAME = {one.name: one for one in RESOURCES}


@pytest.fixture(scope="module")
def world(module_db):
    return public_world()


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.API_REQUESTS_A_MINUTE = 0


@pytest.fixture
def ask(client, world):
    """The answer of an address below /api/v1/, or of a whole one."""

    def get(path, **more):
        return client.get(f"/api/v1/{path}".replace(f"/api/v1/{HOST}", ""), **more)

    return get


def everything(ask, path):
    """The records of all pages of a list."""
    answer, found = ask(path).json(), []
    while True:
        found += answer["items"]
        if answer["next"] is None:
            assert len(found) == answer["total"]
            return found
        answer = ask(answer["next"]).json()


# -- Filters ------------------------------------------------------------------------------------------


def exported(client, name, query):
    """What the JSON file of a directory says of a query."""
    answer = client.get(f"{reverse(name)}?{query}&format=json")
    found = json.loads(b"".join(answer.streaming_content))
    return next(value for value in found.values() if isinstance(value, list))


def facets_of(name):
    from cities import directory
    from partnerships.businesses import directory as businesses
    from partnerships.finance import directory as finance
    from partnerships.partnership import register
    from projects import directory as projects

    modules = {
        "cities": directory, "businesses": businesses, "financial-partners": finance,
        "partnerships": register, "projects": projects,
    }  # fmt: skip
    return modules[name].current().facets


WORDS = {
    "cities": ["lviv", "Львів", "gdansk", "lwow", "zzz"],
    "businesses": ["glass", "leipzig", "timbr"],
    "financial-partners": ["fund", "bank", "kyiv"],
    "projects": ["school", "школа", "bridge"],
    "partnerships": ["lviv", "water", "bank"],
}


def random_query(name, chance):
    """A query of a directory: some words, one facet or two, an order, in one string."""
    asked = QueryDict(mutable=True)
    if chance.random() < 0.3:
        asked["q"] = chance.choice(WORDS[name])
    facets = facets_of(name)
    for facet in chance.sample(list(facets), chance.choice([0, 1, 1, 2])):
        counts = facets[facet].totals.tolist()
        there = [code for code, count in zip(facets[facet].codes, counts, strict=True) if count and code]
        if there:
            asked.setlist(facet, chance.sample(there, min(len(there), chance.choice([1, 1, 2]))))
    if "bounds" in BY_NAME[name].filters and chance.random() < 0.2:
        asked["bounds"] = chance.choice(["48,20,52,30", "-10,0,60,19.5"])
    if sort := chance.choice([*BY_NAME[name].sorts, ""]):
        asked["sort"] = sort
    return asked


@pytest.mark.parametrize("name", WORDS)
def test_filters_are_those_of_the_directory(ask, client, name):
    chance, sizes = random.Random(name), []
    for _ in range(20):
        asked = random_query(name, chance)
        found = everything(ask, f"{name}?{asked.urlencode()}")
        told = [one["url"] for one in found]
        wanted = [one["url"] for one in exported(client, name, asked.urlencode())]
        if BY_NAME[name].is_by_key(asked):
            told, wanted = sorted(told), sorted(wanted)
        assert told == wanted, asked.urlencode()
        sizes.append(len(told))
    assert len(set(sizes)) > 2  # or the queries asked for nothing in particular


@pytest.mark.parametrize(
    "query",
    ["", "when=past", "when=to-come&country=UA", "how=online", "open_to=business&q=lviv", "q=leipzig"],
)
def test_filters_of_events_are_those_of_their_list(ask, client, query):
    found = everything(ask, f"events?{query}&sort=next")
    wanted = [one["url"] for one in exported(client, "events", query)]
    assert [one["url"] for one in found] == wanted
    assert wanted


@pytest.mark.parametrize(
    "query", ["", "sort=distance", "need=culture", "w_distance=4&w_needs=0", "first=water"]
)
def test_matches_are_those_of_the_page(ask, client, world, query):
    lviv = world["Lviv"]
    found = everything(ask, f"cities/{lviv.pk}/matches?{query}")
    page = client.get(f"{reverse('city-matches', args=['ua', lviv.slug])}?{query}&format=json")
    wanted = json.loads(b"".join(page.streaming_content))["cities"]
    told = [(one["city"]["id"], one["rank"], one["score"]) for one in found]
    assert told == [
        (one["geonames_id"], one["rank"], pytest.approx(one["score"], abs=2e-4)) for one in wanted
    ]
    assert told
    assert all(one["reasons_en"] and one["reasons_uk"] for one in found[:1])
    assert not any("<" in text for one in found for text in one["reasons_en"])


@pytest.mark.parametrize(
    "query", ["cities?country=ZZ", "businesses?city=1", "events?country=FR", "projects?region=UA.99"]
)
def test_a_value_that_nothing_has_lists_nothing(ask, query):
    assert ask(query).json()["total"] == 0


def test_a_round_lists_its_pairs(ask):
    [one] = everything(ask, "rounds")
    pairs = everything(ask, f"rounds/{one['id']}/pairs?limit=4")
    assert len(pairs) == one["pairs"] > 4
    assert {pair["city"]["country"] for pair in pairs} == {"UA"}
    named = everything(ask, f"rounds/{one['id']}/pairs?q=stryi")
    assert 0 < len(named) < len(pairs)


# -- Pages --------------------------------------------------------------------------------------------


def test_nothing_is_left_out_or_told_twice_while_the_data_change(ask, world):
    before = [one["id"] for one in everything(ask, "cities")]
    first = ask("cities?limit=4").json()
    seen = [one["id"] for one in first["items"]]
    City.objects.filter(pk=world["Frankfurt"].pk).update(population=9_999_999)
    CityFactory(id=1, name="Early")
    CityFactory(id=999_999_999, name="Late")
    City.objects.filter(pk=seen[-1]).delete() if not CityProfile.objects.filter(
        city=seen[-1]
    ).exists() else None
    seen += [one["id"] for one in _rest(ask, first["next"])]
    assert seen == [*before, 999_999_999]


def _rest(ask, address):
    while address:
        answer = ask(address).json()
        yield from answer["items"]
        address = answer["next"]


def test_pages_in_another_order_go_on_after_the_last_record(ask):
    whole = [one["id"] for one in everything(ask, "cities?sort=-name")]
    first = ask("cities?sort=-name&limit=3").json()
    CityFactory(name="Zzz", slug="zzz")  # it would push the others down by one
    assert [one["id"] for one in first["items"]] + [one["id"] for one in _rest(ask, first["next"])] == whole


def test_a_cursor_is_good_for_its_own_list_only(ask):
    cursor = ask("cities?limit=2").json()["next"].rpartition("cursor=")[2]
    assert ask(f"cities?limit=5&cursor={cursor}").status_code == 200
    for path in (f"cities?country=UA&cursor={cursor}", f"cities?cursor=x{cursor}", "cities?cursor=a:b"):
        answer = ask(path)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "cursor"


# -- Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("cities?contry=UA", "contry"),
        ("cities?country=ukraine", "country"),
        ("cities?limit=201", "limit"),
        ("cities?limit=a", "limit"),
        ("cities?limit=1&limit=2", "limit"),
        ("cities?q=" + "a" * 101, "q"),
        ("cities?size=huge", "size"),
        ("cities?sort=password", "sort"),
        ("cities?bounds=1,2,3", "bounds"),
        ("cities?bounds=60,0,50,1", "bounds"),
        ("businesses?format=geojson", "format"),
        ("cities?format=xml", "format"),
        ("countries/UA?limit=1", "limit"),
        ("events?when=never", "when"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(ask, path, parameter):
    answer = ask(path)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]
    assert problem["status"] == 400
    assert all(fault["detail"].endswith(".") for fault in problem["errors"])


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "cities/1",
        "cities/x",
        "cities/1/matches",
        "countries/ZZ",
        "projects/99999999999999999999",
        "dumps/latest/none.gz",
    ],
)
def test_what_is_not_there_is_told_as_a_problem(ask, path):
    answer = ask(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


# -- Heads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["cities?limit=2", "events", "openapi.json", "businesses?format=csv"])
def test_what_is_known_is_not_sent_again(ask, world, path):
    first = ask(path)
    again = ask(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    CityFactory(name="New")
    Project.objects.update(title_en="New")
    if path.startswith("events"):
        from events.models import Event

        Event.objects.update(title_en="New")
    assert ask(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_one_record_says_when_it_changed(ask, world):
    answer = ask(f"cities/{world['Lviv'].pk}")
    assert answer.json()["name"] == "Lviv"
    assert "GMT" in answer["Last-Modified"]
    assert "Last-Modified" not in ask(f"cities/{world['Kyiv'].pk}")


def test_everybody_is_answered_alike(ask, client, world):
    anonymous = ask("cities?limit=1")
    client.force_login(UserFactory())
    mine = ask("cities?limit=1", headers={"Origin": "https://elsewhere.example"})
    assert mine.content == anonymous.content
    assert mine["Cache-Control"] == anonymous["Cache-Control"] == "public, no-cache"
    assert "Vary" not in mine
    assert "Set-Cookie" not in mine
    assert mine["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in mine


def test_it_can_only_be_read(client, world):
    assert client.post("/api/v1/cities", {}).status_code == 405
    asked = client.options("/api/v1/cities", headers={"Origin": "https://elsewhere.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    head, whole = client.head("/api/v1/cities"), client.get("/api/v1/cities")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


def test_one_address_may_ask_so_often_in_a_minute(ask, settings, monkeypatch):
    settings.API_REQUESTS_A_MINUTE = 3
    monkeypatch.setattr("public.api.limits.time.time", lambda: 1_000_000_020)
    answers = [ask("topics?limit=1") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit"] == '"default";r=2;t=60'
    assert answers[3]["Retry-After"] == "60"
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert ask("topics?limit=1", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert ask("topics", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 429  # no proxy is trusted
    monkeypatch.setattr("public.api.limits.time.time", lambda: 1_000_000_080)
    assert ask("topics?limit=1").status_code == 200


# -- Formats ------------------------------------------------------------------------------------------


def test_a_list_as_a_spreadsheet(ask):
    answer = ask("financial-partners?format=csv&sort=name&limit=1")
    [bank_or_fund] = csv.DictReader(io.StringIO(answer.content.decode().removeprefix("\ufeff")))
    assert bank_or_fund["name"] == "Kyiv Fund"
    assert (bank_or_fund["ticket_to_amount"], bank_or_fund["ticket_to_currency"]) == ("500000.00", "EUR")
    assert bank_or_fund["ticket_from_amount"] == ""
    assert json.loads(bank_or_fund["calls"])[0]["sum"] == {"amount": "1000000.00", "currency": "EUR"}
    assert bank_or_fund["city_country"] == "UA"
    assert 'rel="next"' in answer["Link"]


@pytest.mark.parametrize("name", ["cities", "projects", "events"])
def test_a_list_on_a_map(ask, name):
    answer = ask(f"{name}?format=geojson")
    assert answer["Content-Type"] == "application/geo+json"
    places = {one["id"]: one["geometry"] for one in answer.json()["features"]}
    records = {one["id"]: one for one in ask(name).json()["items"]}
    assert places.keys() == records.keys()
    for key, place in places.items():
        at = [records[key]["longitude"], records[key]["latitude"]]
        assert place == (None if at == [None, None] else {"type": "Point", "coordinates": at})


def test_sums_lose_no_digit(ask):
    [school] = [one for one in ask("projects").json()["items"] if one["title_en"] == "A school"]
    assert school["budget"] == {"amount": "1000.00", "currency": "UAH"}
    assert school["budget_eur"] == {"amount": "20.00", "currency": "EUR"}
    assert school["gap"]["amount"] == "600.00"


# -- All of it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_longer_page_takes_no_more_queries(ask, django_assert_max_num_queries, name):
    resource, data = BY_NAME[name], QueryDict()
    keys = resource.keys(data).tolist()
    assert len(resource.made(keys)) == len(keys) > 0  # copies of the data are in memory from now on
    with django_assert_max_num_queries(10) as one:
        resource.made(keys[:1])
    with django_assert_max_num_queries(max(len(one), 2)):
        assert len(resource.made(keys)) == len(keys)


def test_nothing_private_is_told(ask, world):
    """Everything that the API answers, in every format, as one text."""
    told = [ask("").content, ask("openapi.json").content]
    for resource in RESOURCES:
        for page in ("", "?format=csv", *(["?format=geojson"] if resource.is_placed else [])):
            told.append(ask(f"{resource.name}{page}").content)
        for key in resource.keys(QueryDict()).tolist():
            told.append(ask(f"{resource.name}/{key}").content)
    lviv = world["Lviv"]
    told += [ask(f"cities/{lviv.pk}/matches").content, ask(f"cities?q={CANARY}&format=csv").content]
    whole = b"\n".join(told).decode()
    assert "Lviv Glass" in whole  # or nothing was told at all
    leaks = [
        whole[max(at.start() - 60, 0) : at.end() + 40] for at in re.finditer("canary(?!ville)", whole, re.I)
    ]
    assert leaks == []
    assert not re.search(r"[\w.]+@[\w.]+", whole)


def test_what_is_not_public_is_not_found(ask):
    draft = Project.objects.get(slug="canary")
    assert ask(f"projects/{draft.pk}").status_code == 404
    draft.published_at = draft.updated_at
    draft.save()
    assert ask(f"projects/{draft.pk}").status_code == 200


def test_the_description_is_true(ask):
    """Every example that it has works, and what is answered is as it says."""
    description = ask("openapi.json").json()
    assert description["openapi"].startswith("3.1")
    schemas = {"components": description["components"]}
    asked = 0
    for path, methods in description["paths"].items():
        operation = methods["get"]
        assert operation["summary"]
        address = path.removeprefix("/api/v1/")
        sent = []
        for one in operation["parameters"]:
            if one["in"] == "path":
                address = address.replace("{key}", str(one["example"]))
            elif "example" in one:
                values = one["example"] if isinstance(one["example"], list) else [one["example"]]
                sent.append((one["name"], values[0]))
            assert one["description"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        for name, value in [*sent, ("", "")]:
            answer = ask(f"{address}?{name}={value}" if name else address)
            asked += 1
            assert answer.status_code == 200, (address, name, value)
            if answer["Content-Type"] == "application/json":
                Draft202012Validator(schema | schemas).validate(answer.json())
    assert asked > 80
    for name, schema in description["components"]["schemas"].items():
        if not name.endswith("Asked"):
            assert all(field.get("description") for field in schema["properties"].values()), name


@pytest.mark.parametrize(("prefix", "title"), [("", "Open API"), ("/uk", "Відкритий API")])
def test_the_page_for_people_names_everything(client, world, prefix, title):
    page = client.get(f"{prefix}/api/").content.decode()
    assert f"<h1>{title}</h1>" in page
    for one in [*RESOURCES, *(part.like for part in PARTS)]:
        assert str(one.name) in page
        assert all(f">{name}</code>" in page for name in one.record.model_fields)
