"""The public register of partnerships: what stands in it, facets, search, map, figures, files."""

import csv
import io
import json

import pytest
from django.urls import reverse

from cities.tests.factories import CityFactory, CountryFactory, MayorFactory
from partnerships.models import Partnership
from partnerships.tests.factories import BusinessProfileFactory, partnership_between
from projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lviv():
    return CityFactory(name="Lviv", name_uk="Львів", latitude=49.84, longitude=24.02)


@pytest.fixture
def gdansk():
    return CityFactory(name="Gdańsk", country=CountryFactory(code="PL"), latitude=54.35, longitude=18.65)


def page_of(client, **query):
    return client.get(reverse("partnerships", query=query or None)).content.decode()


def test_it_holds_what_both_sides_show_and_nothing_else(client, lviv, gdansk):
    secret = partnership_between(lviv, CityFactory(name="Secretville"))
    shown = partnership_between(lviv, gdansk, public=True, topic_id="water")
    page = page_of(client)
    assert "1 partnership" in page
    assert shown.public_url in page
    assert "Secretville" not in page
    assert client.get(secret.public_url).status_code == 404
    assert shown.public_url in client.get(lviv.get_absolute_url()).content.decode()
    shown.show(shown.one, False, by=shown.one.people()[0])
    assert shown.public_url not in page_of(client)
    assert shown.public_url not in client.get(lviv.get_absolute_url()).content.decode()


def test_the_page_of_one_tells_nothing_private(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk, public=True, topic_id="water")
    hidden, public = ProjectFactory(city=lviv, title_en="Hidden"), ProjectFactory(city=lviv, published=True)
    made.projects.set([hidden, public])
    by = made.begun_by
    step = ("A secret step", None)
    made.plan(by=by, seen=made.latest, step=step, topics=made.topics.all(), projects=[hidden, public])
    made.move("active", by=by, seen=made.latest, note="A secret note")
    made.tasks.create(title_en="A secret task")
    answer = client.get(made.public_url)
    page = answer.content.decode()
    assert public.get_absolute_url() in page
    assert "Water" in page
    for private in ("secret", "Hidden", by.email, str(by)):
        assert private not in page
    assert client.get(f"/partnerships/{made.pk}-else/")["Location"] == made.public_url
    client.force_login(by)
    assert made.get_absolute_url() in client.get(made.public_url).content.decode()


def test_facets_search_and_their_counts(client, lviv, gdansk):
    business = BusinessProfileFactory(
        organisation__name="Baltic Glass", organisation__city=gdansk
    ).organisation
    partnership_between(lviv, gdansk, public=True, topic_id="water", stage="active")
    partnership_between(lviv, business, public=True)
    for query, total in [
        ({"country": "PL"}, 2),
        ({"kind": "business"}, 1),
        ({"stage": "active"}, 1),
        ({"topic": "water", "stage": "exploring"}, 0),
        ({"city": str(gdansk.pk)}, 2),
        ({"q": "Львів"}, 2),
        ({"q": "glass gdansk"}, 1),
        ({"q": "%00'\"<"}, 0),
        ({"q": "польща water"}, 1),
    ]:
        found = client.get(reverse("partnerships", query={**query, "format": "json"}))
        assert json.loads(b"".join(found.streaming_content))["total"] == total, query
    page = page_of(client, stage="active")
    assert '<span>Business</span><span class="count">1</span>' not in page
    assert '<span>City</span><span class="count">1</span>' in page
    assert "Remove one of the filters" in page_of(client, topic="water", stage="exploring")


def test_views_and_files(client, lviv, gdansk):
    made = partnership_between(lviv, gdansk, public=True, topic_id="water")
    partnership_between(lviv, CityFactory(name="Stryi", latitude=49.26, longitude=23.85), public=True)
    drawn = page_of(client, view="map")
    assert drawn.count('<path d="M') == 2
    assert "Lviv: 2 partnerships" in drawn
    figures = page_of(client, view="figures")
    for label, count in [
        ("Ukraine and the rest of Europe", 1),
        ("Within Ukraine", 1),
        ("Within the rest of Europe", 0),
        ("Water supply and wastewater", 1),
    ]:
        assert f'<th scope="row">{label}</th><td class="number">{count}</td>' in figures
    assert figures.count('<th scope="row">') == 12 + 3 + 1
    assert made.public_url in page_of(client, view="table")
    file = b"".join(client.get(reverse("partnerships", query={"format": "csv"})).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert [row["other"] for row in rows] == ["Stryi", "Gdańsk"]
    assert (rows[1]["one_country"], rows[1]["other_country"], rows[1]["topics"]) == ("UA", "PL", "water")


def test_the_number_of_queries_does_not_grow(client, lviv, django_assert_num_queries):
    def count():
        with django_assert_num_queries(6):
            page_of(client)

    partnership_between(lviv, CityFactory(), public=True)
    MayorFactory(city=lviv)
    page_of(client)
    for _ in range(3):
        partnership_between(lviv, CityFactory(), public=True)
        count()
    assert Partnership.objects.public().count() == 4
