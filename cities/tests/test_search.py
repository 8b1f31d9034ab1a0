"""Search by any name."""

import pytest

from cities import directory
from cities.search import search, suggestions
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory

pytestmark = pytest.mark.django_db


def found(text):
    """The names of the cities that a search lists, in its order."""
    reference = directory.current().reference
    return [reference.name[row] for row in search(text, reference).rows.tolist()]


@pytest.fixture
def lviv():
    CityFactory(name="Lvivske", population=900_000)
    CityFactory(name="Novyi Lviv", population=800)
    CityFactory(name="Levice", population=33_000)
    return CityFactory(
        name="Lviv", name_uk="Львів", names=["Lwów", "Lemberg", "Leopolis"], population=717_000
    )


@pytest.mark.parametrize(
    "text",
    [
        "Lviv",
        "lviv",
        "  LVIV ",
        "L'viv",
        "Львів",
        "львів",
        "Lwów",
        "lwow",
        "Lemberg",
        "Leopolis",
        "Lvvi",
        "Lviw",
    ],
)
def test_a_city_is_found_first_by_any_of_its_names_and_with_typing_errors(lviv, text):
    assert found(text)[0] == "Lviv"


def test_whole_names_come_before_beginnings_then_words_then_parts(lviv):
    CityFactory(name="Olviva", population=5_000_000)
    assert found("lviv") == ["Lviv", "Lvivske", "Novyi Lviv", "Olviva"]


def test_of_equal_matches_the_largest_comes_first_members_or_not():
    CityFactory(name="Frankfurt (Oder)", names=["Frankfurt"], population=58_000)
    CityFactory(name="Frankfurt am Main", names=["Frankfurt"], population=650_000)
    MayorFactory(city=CityFactory(name="Frankfurt", population=900))
    assert found("Frankfurt") == ["Frankfurt am Main", "Frankfurt (Oder)", "Frankfurt"]


def test_a_city_is_listed_once_though_several_names_match(lviv):
    CityFactory(name="Saint-Denis", names=["Saint Denis", "Saint-Denis-sur-Seine"])
    assert found("saint denis") == ["Saint-Denis"]


@pytest.mark.parametrize(
    "typo", ["Zhytomry", "Zhitomyr", "Zytomyr", "Zhytomyrr", "hZytomyr", "Zhytpmyr", "Zhytomyyr"]
)
def test_usual_typing_errors_are_forgiven(typo):
    CityFactory(name="Zhytomyr")
    CityFactory(name="Poltava", population=300_000)
    assert found(typo) == ["Zhytomyr"]


def test_closer_names_come_before_larger_cities():
    CityFactory(name="Zhytomyr", population=260_000)
    CityFactory(name="Zhytomar", population=900_000)
    assert found("Zhytomir") == ["Zhytomar", "Zhytomyr"]
    assert found("Zhytomyir") == ["Zhytomyr", "Zhytomar"]


def test_short_searches_look_at_beginnings_only(lviv):
    CityFactory(name="Ulv", population=9_000_000)
    assert found("lv") == ["Lvivske", "Lviv"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "()", "...", "%_%_", "\u0301", "🙂"])
def test_signs_are_no_patterns(lviv, text):
    assert found(text) == []


def test_signs_inside_a_name_are_searched_as_they_are():
    CityFactory(name="Halle (Saale)")
    CityFactory(name="Halle_Saale", population=1)
    assert found("Halle (S") == ["Halle (Saale)"]
    assert found("Halle_S") == ["Halle_Saale"]


def test_the_page_says_by_which_name_a_city_was_found(client, lviv):
    assert "found as Lemberg" in client.get("/cities/?q=lemberg").content.decode()
    assert "found as" not in client.get("/cities/?q=Lviv&size=250k-1m").content.decode()


def test_names_like_one_that_is_not_there_are_suggested(lviv):
    assert "Leopolis" in suggestions("leopolldsburg")


def test_filters_apply_to_what_is_found(client, lviv):
    CityFactory(name="Lviv", slug="lviv", country=CountryFactory(code="PL"), population=10)
    page = client.get("/cities/?q=Lviv&country=PL").content.decode()
    assert page.count('class="card linked"') == 1
    assert "/cities/pl/lviv/" in page
