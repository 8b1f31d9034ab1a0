"""The page that says how partners are found, and the links that lead to it."""

import re

import pytest

from partnerships.city_matches.places import place_among
from partnerships.city_matches.reasons import LABELS
from partnerships.matching.components import COMPONENTS
from partnerships.measuring.quality import quality
from partnerships.models import MatchRun
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db

METHOD = "/about/matching/"


def page(client, address=METHOD):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def weights(html):
    of_cities = html.partition('id="businesses"')[0]
    cells = re.findall(r'<td class="number">([\d.]+)</td>', of_cities)
    return dict(zip((component.code for component in COMPONENTS), map(float, cells), strict=True))


def test_it_shows_every_component_with_the_weight_in_force(client):
    text = page(client)
    for component in COMPONENTS:
        assert str(LABELS[component.code]) in text
    assert round(sum(weights(text).values()), 1) == 100
    assert "administrators of the portal have changed" not in text


def test_weights_given_by_an_administrator_are_shown_and_said(client):
    only_two = {component.code: 0.0 for component in COMPONENTS} | {"size": 3.0, "distance": 1.0}
    MatchRun.objects.create(state=MatchRun.State.DONE, total=0, weights=only_two)
    text = page(client)
    shown = {code: weight for code, weight in weights(text).items() if weight}
    assert shown == {"size": 75.0, "distance": 25.0}
    assert "administrators of the portal have changed" in text


def test_it_says_the_limit_of_the_settings(client, settings):
    settings.EXPOSURE_LIMIT = 7
    assert "in at most 7 top tens" in page(client)


@pytest.mark.parametrize(
    "address",
    ["/", "/cities/", "/cities/ua/lviv/", "/cities/ua/lviv/matches/", "/cities/ua/lviv/matches/pl/gdansk/"],
)
def test_pages_with_scores_lead_to_it(client, address):
    small_world()
    score_world()
    assert f'href="{METHOD}' in page(client, address)


@pytest.mark.parametrize(
    ("place", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (1_021, "1,021st")],
)
def test_places_in_words(place, words):
    assert place_among(place, 94_310) == f"{words} of 94,310"


def test_proposals_show_the_place_first_and_the_score_as_points(client):
    small_world()
    score_world()
    for address in ("/cities/ua/lviv/", "/cities/ua/lviv/matches/"):
        text = page(client, address)
        assert re.search(r"<strong>1st of 4</strong> ?<span class=\"muted\">\d+ points</span>", text), address
    assert "<strong>місце 1 з 4</strong>" in page(client, "/uk/cities/ua/lviv/matches/")


def test_it_says_how_good_it_is_beside_rules_of_thumb(client):
    portal, _ukraine, *others = quality()
    assert all(portal.among_50 > other.among_50 for other in others)
    assert portal.median_rank < min(other.median_rank for other in others)
    page = client.get("/about/matching/").content.decode()
    for one in quality():
        assert str(one.label) in page
        assert f"{one.among_50:.0f} %" in page
