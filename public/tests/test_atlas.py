"""The map of everything."""

import re
from urllib.parse import quote

import pytest

from cities.tests.factories import TwinningFactory
from events.tests.factories import EventFactory
from partnerships.models import Partnership
from partnerships.tests.factories import side_of
from projects.tests.factories import ProjectFactory
from tests.world import small_world

pytestmark = pytest.mark.django_db

ALL = "&".join(
    f"layer={code}"
    for code in (
        "members", "projects", "businesses", "financial-partners", "events", "partnerships", "twinnings",
        "cities",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def world(module_db):
    """The small world, with an event, a partnership, and a draft that nobody sees."""
    cities = small_world()
    EventFactory(slug="meeting", title_en="Meeting", city=cities["Lviv"])
    EventFactory(slug="secret", city=cities["Lviv"], published_at=None)
    ProjectFactory(slug="draft", city=cities["Lviv"])
    one, other = sorted((side_of(cities[name]) for name in ("Lviv", "Gdańsk")), key=lambda side: side.pk)
    Partnership.objects.create(
        one=one, other=other, begun_by=cities["Lviv"].mayors.get().user, begun_for=one, one_shows=True,
        other_shows=True, confirmed_at="2026-11-01T10:00Z", public_since="2026-11-01T10:00Z",
    )  # fmt: skip
    return cities


def live(client, query):
    return client.get(f"/map/?format=clusters&width=1200&{query}").json()


def counted(answer):
    found: dict[str, int] = {}
    for cluster in answer["clusters"]:
        found[cluster["layer"]] = found.get(cluster["layer"], 0) + cluster["count"]
    return found


def rows(client, query):
    text = client.get(f"/map/?{query}").content.decode()
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    return re.findall(r'<td><a href="([^"]*)">', table), text


def test_each_layer_shows_what_is_public_of_it(client, world):
    ends = {"partnerships": 2, "twinnings": 8}
    places = {"members": 2, "projects": 1, "businesses": 2, "financial-partners": 1, "events": 1, "cities": 9}
    answer = live(client, ALL)
    assert counted(answer) == places | ends
    assert {tie["layer"] for tie in answer["ties"]} == set(ends)
    assert counted(live(client, "")) == {"members": 2, "projects": 1, "events": 1, "partnerships": 2}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("layer=cities&country=PL", {"cities": 3}),
        ("layer=cities&bounds=49,23,50,25", {"cities": 2}),
        ("layer=twinnings&country=UA&bounds=30,-10,70,50", {"twinnings": 4}),
        ("layer=businesses&layer=members&country=UA", {"businesses": 1, "members": 1}),
        (
            "layer=nothing&country=ZZ&bounds=x&width=y",
            {"members": 2, "projects": 1, "events": 1, "partnerships": 2},
        ),
        ("layer=events&country=DE", {}),
        ("layer=members&layer=cities&topic=water", {"members": 2, "cities": 2}),
        ("layer=members&topic=water&country=PL", {"members": 1}),
        ("layer=projects&topic=education", {"projects": 1}),
        ("layer=projects&layer=partnerships&layer=businesses&topic=tourism", {"businesses": 2}),
        ("layer=financial-partners&topic=nothing", {"financial-partners": 1}),
    ],
)
def test_the_map_is_narrowed(client, world, query, found):
    assert counted(live(client, query)) == found


def test_the_table_has_the_same_page_by_page(client, world):
    for _number in range(6):
        EventFactory(city=world["Kyiv"])
    first, text = rows(client, ALL)
    second, _text = rows(client, f"{ALL}&page=2")
    assert len(first) == 24
    assert len(first + second) == 2 + 1 + 2 + 1 + 7 + 1 + 4 + 9
    assert "1–24 of 27" in text
    assert {"/events/meeting/", "/projects/example-school/"} <= set(first)
    assert not {"/events/secret/", "/projects/draft/"} & {*first, *second}
    for address in {*first, *second}:
        assert client.get(address.partition("#")[0]).status_code == 200, address


def test_without_javascript_the_drawn_map_leads_on(client, world):
    """A cluster leads to a closer map, with the same layers, and that to what is in it."""
    _rows, text = rows(client, "layer=cities")
    closer = re.findall(
        r'<a href="(\?layer=cities&amp;bounds=[^"]*)" class="mark cluster layer-cities"', text
    )
    assert closer
    _rows, text = rows(client, closer[0][1:].replace("&amp;", "&"))
    assert 'class="mark city layer-cities"' in text
    assert text.count('<g class="ties') == 1
    assert rows(client, "layer=twinnings")[1].count('<g class="ties twinnings"') == 1


def test_more_ties_are_drawn_as_bundles(client, world):
    """Two ties between the same cells are one line, and none is drawn within a cell."""
    before = live(client, "layer=twinnings")["ties"]
    TwinningFactory(city_a=world["Stryi"], city_b=world["Lublin"])
    TwinningFactory(city_a=world["Lviv"], city_b=world["Stryi"])
    answer = live(client, f"layer=twinnings&bounds={quote('30,-20,70,60')}")
    assert len(answer["ties"]) == len(before)
    assert counted(answer) == {"twinnings": 12}


def test_the_map_takes_few_queries(client, world, django_assert_max_num_queries):
    client.get(f"/map/?{ALL}")
    for number in range(3):
        EventFactory(title_en=f"Event {number}", city=world["Kyiv"])
    with django_assert_max_num_queries(30):
        client.get(f"/map/?{ALL}")
