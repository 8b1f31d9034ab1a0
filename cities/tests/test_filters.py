"""The query string of a directory: read whatever is sent, write one address for one state."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cities.filters import FACETS, LAST_PAGE, LONGEST_SEARCH, RELEVANCE, Bounds, DirectoryQuery

fields = st.sampled_from([*FACETS, "q", "sort", "view", "page", "bounds", "expand", "unheard"])


def read(text):
    return DirectoryQuery.from_querydict(QueryDict(text))


@given(st.lists(st.tuples(fields, st.text(max_size=60)), max_size=20))
def test_anything_can_be_read_and_comes_back_from_its_own_address(pairs):
    sent = QueryDict(mutable=True)
    for name, value in pairs:
        sent.appendlist(name, value)
    query = DirectoryQuery.from_querydict(sent)
    assert read(query.query_string) == query
    assert "\x00" not in query.q
    assert len(query.q) <= LONGEST_SEARCH


def test_one_state_has_one_address():
    assert read("country=UA&country=PL&q=+Lviv++a&page=1&sort=").url == "?q=Lviv+a&country=PL&country=UA"
    assert read("q=Lviv a&country=PL&country=UA&country=PL").url == "?q=Lviv+a&country=PL&country=UA"
    assert read("").url == "./"


@pytest.mark.parametrize(
    ("text", "page"),
    [("0", 1), ("-3", 1), ("abc", 1), ("²", 1), ("7", 7), ("9" * 6, LAST_PAGE), ("9" * 30, 1)],
)
def test_pages_are_bounded(text, page):
    assert read(f"page={text}").page == page


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,inf,1", "60,0,50,1", "1,2,3,4,5", "1e999,0,1,1"]
)
def test_what_is_no_part_of_the_map_is_left_out(text):
    assert Bounds.parse(text) is None


def test_bounds_end_at_the_poles():
    assert str(Bounds.parse("-100,-200,100,200")) == "-90.000,-180.000,90.000,180.000"


def test_a_changed_state_begins_on_its_first_page():
    query = read("country=UA&page=5&need=water")
    assert query.toggle("country", "UA").url == "?need=water"
    assert query.toggle("country", "PL").url == "?country=PL&country=UA&need=water"
    assert query.but(q="Lviv").page == 1
    assert query.page_url(2) == "?country=UA&need=water&page=2"


def test_the_order_is_by_relevance_where_something_is_searched():
    assert read("q=Lviv").active_sort == RELEVANCE
    assert read("q=Lviv&sort=name").active_sort == "name"
    assert read(f"sort={RELEVANCE}").active_sort == "population"
    assert read("sort=password").active_sort == "population"
