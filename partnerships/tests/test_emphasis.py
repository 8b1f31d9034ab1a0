"""A reader's own weights, in the address: what they change, and what of them is refused."""

import json
import re

import numpy as np
import pytest
from django.http import QueryDict

from cities.models import TopicStatement
from cities.tests.factories import TopicStatementFactory
from partnerships.city_matches.emphasis import CODES, PRESETS, Emphasis
from partnerships.matching.scoring import weight_vector
from tests.world import score_world, small_world

pytestmark = pytest.mark.django_db

LVIV = "/cities/ua/lviv/matches/"
NOTHING = "&".join(f"w_{code}=0" for code in CODES)


@pytest.fixture
def world():
    cities = small_world()
    score_world()
    return cities


def page(client, query="", prefix=""):
    answer = client.get(f"{prefix}{LVIV}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client, query=""):
    """Names and scores listed, in order."""
    answer = client.get(f"{LVIV}?{query}&format=json")
    cities = json.loads(b"".join(answer.streaming_content))["cities"]
    return {city["name"]: city["score"] for city in cities}


def emphasis(query):
    return Emphasis.read(QueryDict(query))


def test_weights_are_multiplied_and_sum_to_one():
    usual = weight_vector()
    changed = emphasis("w_distance=4&w_size=0.5").weights(usual)
    place, size = CODES.index("distance"), CODES.index("size")
    assert changed.sum() == pytest.approx(1)
    assert changed[place] / changed[size] == pytest.approx(8 * usual[place] / usual[size])


def test_what_is_as_usual_is_not_written_and_gives_the_very_same_weights():
    usual = weight_vector()
    same = emphasis("&".join(f"w_{code}=1" for code in CODES))
    assert (same.query_string, same.weights(usual)) == ("", usual)
    assert emphasis("w_size=2&w_distance=0").query_string == "?w_size=2&w_distance=0"


@pytest.mark.parametrize(
    "query", ["w_distance=9", "w_distance=nan", "w_nothing=2", "w_size=%00", "w_=", "w_size="]
)
def test_what_is_no_choice_is_left_as_usual_and_said(client, world, query):
    assert not emphasis(query)
    assert listed(client, query) == listed(client)
    assert "Left out, because it means nothing here" in page(client, query)


def test_a_reader_s_weights_change_order_scores_and_places(client, world):
    assert next(iter(listed(client))) == "Gdańsk"
    only_near = "&".join(f"w_{code}=0" for code in CODES if code != "distance")
    near = listed(client, only_near)
    assert list(near) == list(listed(client, "sort=distance"))
    text = page(client, only_near)
    assert "100%" in text


def test_bars_and_score_of_the_page_follow_the_weights(client, world):
    nothing_but_size = "&".join(f"w_{code}=0" for code in CODES if code != "size")
    text = page(client, f"{nothing_but_size}&view=table&country=DE&q=Leipzig")
    row = re.search(r"<tr><td.*?Leipzig.*?</tr>", text, re.DOTALL)[0]
    score = round(100 * (1 - np.log(717_273 / 619_879) / np.log(10_000)))
    assert f"<strong>{score}</strong>" in row


def test_all_not_at_all_says_so_and_keeps_the_usual_weights(client, world):
    assert listed(client, NOTHING) == listed(client)
    assert "If nothing counts, nothing can be compared" in page(client, NOTHING)
    assert "Якщо ніщо не має ваги" in page(client, NOTHING, "/uk")


def test_chips_show_what_is_changed_and_take_it_back(client, world):
    text = page(client, "w_distance=4&first=water&country=DE")
    assert 'href="?country=DE&amp;first=water"' in text  # without the distance
    assert 'href="?country=DE&amp;w_distance=4"' in text  # without the topic
    assert 'href="?country=DE"' in text  # the usual order
    assert "Distance: much more" in text
    assert "First who offers: Water" in text


def test_facets_pages_sort_and_files_keep_the_weights(client, world):
    text = page(client, "w_distance=4&first=water&view=table")
    for kept in ("w_distance=4&amp;format=csv", "first=water&amp;w_distance=4"):
        assert kept in text
    assert '<option value="4" selected>much more</option>' in text
    answer = client.get(LVIV + "?w_distance=4&w_size=1&first=&country=DE", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == LVIV + "?country=DE&w_distance=4"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: str(preset.label))
def test_presets_are_links_that_show_when_they_are_chosen(client, world, preset):
    link = f'href="{preset.emphasis.query_string}"'.replace("&", "&amp;")
    assert link in page(client)
    chosen = page(client, preset.emphasis.query_string.removeprefix("?"))
    assert f'{link} aria-current="true"' in chosen


def test_a_topic_comes_first_and_there_who_needs_what_the_city_offers(client, world):
    """Frankfurt offers energy and needs culture, which Lviv offers; Görlitz offers energy only."""
    for name, kind, topic in [
        ("Frankfurt", "offer", "energy"),
        ("Görlitz", "offer", "energy"),
        ("Frankfurt", "need", "culture"),
    ]:
        TopicStatementFactory(city=world[name], topic_id=topic, kind=kind)
    assert TopicStatement.objects.filter(city=world["Lviv"], kind="offer", topic="culture").exists()
    assert list(listed(client, "first=energy")) == ["Frankfurt", "Görlitz", "Gdańsk", "Leipzig"]
    by_size = list(listed(client, "first=energy&sort=population"))
    assert by_size == ["Frankfurt", "Görlitz", "Gdańsk", "Leipzig"]


def test_a_topic_that_is_none_is_left_out_and_said(client, world):
    assert listed(client, "first=magic") == listed(client)
    assert "first=magic" in page(client, "first=magic")
