"""The search for everything: what is found, by whom it may be seen, and that it is never stale."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cities.models import DataVersion
from cities.tests.factories import CityFactory
from knowledge.tests.factories import PracticeFactory
from knowledge.tests.news_factories import ArticleFactory
from partnerships.tests.factories import (
    BusinessProfileFactory,
    FinancialPartnerProfileFactory,
    partnership_between,
)
from projects.tests.factories import ProjectFactory
from public.models import SearchEntry
from public.search import finding, indexing
from public.search.finding import Search
from public.search.sources import SOURCES
from public.search.words import marked, wanted

events = import_module("events.tests.factories")

pytestmark = pytest.mark.django_db

SECRET = "Zhuravlyna"


@pytest.fixture(scope="module")
def lviv(module_db):
    """Something public of each kind in Lviv, and something of each kind that is not."""
    city = CityFactory(name="Lviv", name_uk="Львів", names=["Lemberg", "Lwów"], population=717_000)
    other = CityFactory(name="Gdańsk", name_uk="Гданськ", population=470_000, country__code="PL")
    CityFactory(name="Lvivske", population=900)
    here = {"organisation__city": city}
    BusinessProfileFactory(
        **here,
        organisation__name="ТОВ «Водосвіт»",
        summary_uk="Ремонт шкіл і лікарень.",
        is_demonstration=True,
    )
    BusinessProfileFactory(**here, organisation__name=f"{SECRET} LLC", approved=False)
    FinancialPartnerProfileFactory(
        organisation__city=other, organisation__kind="financial-partner", organisation__name="Baltic Bank"
    )
    ProjectFactory(
        city=city, title_en="A bridge <b>& more", title_uk="Міст через Полтву", summary_en="", published=True
    )
    ProjectFactory(city=city, title_en=f"{SECRET} bridge")
    events.EventFactory(city=city, title_en="Days of energy", title_uk="Дні енергії")
    events.EventFactory(city=city, title_en=f"{SECRET} days", published_at=None)
    partnership_between(city, other, public=True)
    partnership_between(city, CityFactory(name=SECRET))
    PracticeFactory(city=city, title_en="Leaks found", title_uk="Витоки знайдено", published=True)
    PracticeFactory(city=city, title_en=f"{SECRET} leaks")
    ArticleFactory(title_en="Mayors have met", title_uk="Мери зустрілися")
    ArticleFactory(title_en="Tomorrow: Quixote", publish_at=timezone.now() + timedelta(hours=1))
    indexing.bring_up_to_date()
    return city


def found(text):
    """What is found, as pairs of kind and titles without marks, in the order shown."""
    search = Search(text)
    groups = [(group.kind.code, search.hits(group.matches)) for group in search.groups]
    return [(code, [plain(hit.title) for hit in hits]) for code, hits in groups]


def plain(html):
    return html.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("Lviv", "cities", "Lviv"),
        ("Лемберг Lemberg", "cities", "Lviv"),
        ("Lwiw", "cities", "Lviv"),
        ("водосвіт", "businesses", "ТОВ «Водосвіт»"),
        ("vodosvit", "businesses", "ТОВ «Водосвіт»"),
        ("VODOSWIT", "businesses", "ТОВ «Водосвіт»"),
        ("школами", "businesses", "ТОВ «Водосвіт»"),
        ("лікарню школі", "businesses", "ТОВ «Водосвіт»"),
        ("Lemberg лікарня", "businesses", "ТОВ «Водосвіт»"),
        ("baltik bank", "financial-partners", "Baltic Bank"),
        ("bank Польща", "financial-partners", "Baltic Bank"),
        ("мости", "projects", "A bridge &lt;b&gt;&amp; more"),
        ("bridges", "projects", "A bridge &lt;b&gt;&amp; more"),
        ("Danzig Львів Гданськ", "partnerships", None),
        ("Львів Гданськ", "partnerships", "Lviv – Gdańsk"),
        ("енергією", "events", "Days of energy"),
    ],
)
def test_names_are_found_in_any_script_and_words_in_any_form(lviv, text, kind, title):
    assert dict(found(text)).get(kind, [None])[0] == title


def test_what_is_called_so_comes_first_and_then_what_says_so(lviv):
    titles = found("lviv")
    assert titles[0] == ("cities", ["Lviv", "Lvivske"])
    assert [code for code, _titles in titles[1:]] == [
        "partnerships",
        "businesses",
        "projects",
        "events",
        "practices",
    ]
    assert [code for code, _titles in found("days")] == ["events"]


@pytest.mark.parametrize("text", [SECRET, SECRET.lower(), f"{SECRET} bridge", "Zhuravlina"])
def test_what_is_not_public_is_not_found(lviv, client, admin_client, text):
    cities_only = [(code, titles) for code, titles in found(text) if code != "cities"]
    assert cities_only == []
    for visitor in (client, admin_client):
        page = visitor.get("/search/suggestions/", {"q": text}).content.decode()
        assert 'role="option"' in page
        assert page.count(SECRET) == page.count(f"/cities/ua/{SECRET.lower()}/")


def test_what_is_withdrawn_is_gone_at_once_and_what_is_published_after_the_next_look(lviv, client):
    def seen():
        return {
            address: "Days of light" in plain(client.get(address, {"q": "days of light"}).content.decode())
            for address in ("/search/", "/search/suggestions/")
        }

    event = events.EventFactory(title_en="Days of light", published_at=None)
    indexing.bring_up_to_date()
    assert not any(seen().values())
    event.published_at = timezone.now()
    event.save()
    indexing.bring_up_to_date()
    assert all(seen().values())
    event.published_at = None
    event.save()
    assert not any(seen().values())
    assert "Nothing was found" in client.get("/search/", {"q": "days of light"}).content.decode()
    assert SearchEntry.objects.filter(kind="events", object_id=event.pk).exists()
    indexing.bring_up_to_date()
    assert not SearchEntry.objects.filter(kind="events", object_id=event.pk).exists()


def test_a_change_while_entries_are_written_is_read_the_next_time(lviv, monkeypatch):
    event = events.EventFactory(title_en="Days of sand")
    write = indexing._write

    def write_and_be_late(source, changed):
        write(source, changed)
        if source.kind.code == "events" and event.title_en != "Days of snow":
            event.title_en = "Days of snow"
            event.save()

    monkeypatch.setattr(indexing, "_write", write_and_be_late)
    indexing.bring_up_to_date()
    assert found("snow") == []
    indexing.bring_up_to_date()
    assert found("snow") == [("events", ["Days of snow"])]


def test_of_businesses_only_those_changed_are_read_and_all_when_cities_are_loaded(lviv):
    first = SearchEntry.objects.filter(kind="businesses").get()
    SearchEntry.objects.filter(pk=first.pk).update(digest="old", words="'nothing'")
    indexing.bring_up_to_date()
    BusinessProfileFactory(organisation__city=lviv, organisation__name="Ivory Works", summary_en="Windows")
    # All of a test is one transaction: what was changed before in it would be read again.
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM partnerships_businesschange WHERE organisation_id = %s", [first.object_id]
        )
    indexing.bring_up_to_date()
    assert found("windows") == [("businesses", ["Ivory Works"])]
    assert SearchEntry.objects.get(pk=first.pk).digest == "old"
    DataVersion.objects.filter(name=DataVersion.REFERENCE).update(version=10**6)
    indexing.bring_up_to_date()
    assert SearchEntry.objects.get(pk=first.pk).digest == first.digest


def test_an_article_is_found_from_its_moment_on(lviv, monkeypatch):
    """Nobody saves anything when it becomes public."""
    assert not found("Quixote")
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    indexing.bring_up_to_date()
    assert found("Quixote") == [("news", ["Tomorrow: Quixote"])]


def test_nothing_is_read_where_nothing_changed(lviv, django_assert_num_queries):
    indexing.bring_up_to_date()  # reads once when articles become public
    with django_assert_num_queries(2):
        indexing.bring_up_to_date()


HOSTILE = [
    *("\x00", "a" * 10_000, "x " * 50, "%", "_%_", "'", "\\", "' | 'a':*", "((((", "<script>"),
    *("…!?", "🙂", "ʼ-ʼ", "½ №", "利沃夫"),
]


@pytest.mark.parametrize("language", ["", "/uk"])
def test_whatever_is_typed_gets_an_answer(lviv, client, language):
    for text in HOSTILE:
        for address in ("/search/", "/search/suggestions/"):
            answer = client.get(language + address, {"q": text, "kind": text, "page": text})
            assert answer.status_code == 200, text
            assert b"<script>" not in answer.content


def test_as_many_queries_for_many_hits_as_for_few(lviv, client):
    def queries():
        counts = []
        for address in ("/search/", "/search/?kind=projects", "/search/suggestions/"):
            with CaptureQueriesContext(connection) as context:
                client.get(address, {"q": "lviv", "kind": "projects" if "kind" in address else ""})
            counts.append(len(context))
        return counts

    ProjectFactory(city=lviv, title_en="Lviv 0", published=True)
    indexing.bring_up_to_date()
    queries()
    few = queries()
    for number in range(1, 9):
        ProjectFactory(city=lviv, title_en=f"Lviv {number}", published=True)
        BusinessProfileFactory(organisation__city=lviv, organisation__name=f"Lviv {number}")
        events.EventFactory(city=lviv, title_en=f"Lviv {number}")
    indexing.bring_up_to_date()
    assert queries() == few
    assert max(few) <= 16


def test_the_page_lists_the_best_of_each_kind_and_all_of_one(lviv, client, monkeypatch):
    for number in range(25):
        ProjectFactory(city=lviv, title_en=f"Tunnel {number}", published=True, is_demonstration=number == 24)
    events.EventFactory(title_en="Opening of a tunnel")
    indexing.bring_up_to_date()
    page = client.get("/search/", {"q": "tunnels"}).content.decode()
    assert "26 results" in page
    assert page.count("<mark>Tunnel</mark>") == 4
    assert "All 25 results: Projects" in page
    assert page.index("<mark>Tunnel</mark> 24") < page.index("Opening of a <mark>tunnel</mark>")
    assert page.count('class="demo"') == 1
    of_one = client.get("/search/", {"q": "tunnels", "kind": "projects", "page": 2}).content.decode()
    assert (of_one.count("<mark>Tunnel</mark>"), "Opening" in of_one) == (5, False)
    monkeypatch.setattr(finding, "MOST", 10)
    assert "26 results" in client.get("/search/", {"q": "tunnels"}).content.decode()


def test_an_empty_search_says_what_to_do_next(lviv, client):
    for text, said in (("", "One box for everything"), ("qqxxzz", "Try fewer words")):
        page = client.get("/search/", {"q": text}).content.decode()
        assert said in page
        assert all(f'href="/{kind}/"' in page for kind in ("cities", "businesses", "projects", "events"))


def test_suggestions_are_names_of_all_kinds_with_addresses_in_the_language_of_the_page(lviv, client):
    page = client.get("/uk/search/suggestions/", {"q": "міс"}).content.decode()
    assert '<span class="title"><mark>Міст</mark> через Полтву</span>' in page
    assert 'data-url="/uk/projects/' in page
    assert "Львів, Україна" in page
    titles = client.get("/search/suggestions/", {"q": "lvi"}).content.decode()
    assert titles.index("/cities/ua/lviv/") < titles.index("/partnerships/")
    assert client.get("/search/suggestions/", {"q": "l"}).content.decode().count("option") == 0


def test_marks_are_put_into_escaped_text(lviv):
    texts = ["<i>школи</i> & Школярі", "Lviv’s school"]
    assert marked(texts, wanted("школою")) == [
        "&lt;i&gt;<mark>школи</mark>&lt;/i&gt; &amp; Школярі",
        "Lviv’s school",
    ]


def test_each_kind_but_cities_has_a_source(lviv):
    assert [source.kind.code for source in SOURCES] == list(finding.ORDER)[1:]
    assert set(SearchEntry.objects.values_list("kind", flat=True)) == {one.kind.code for one in SOURCES}


def test_the_active_language_does_not_matter_to_what_is_written(lviv):
    before = list(SearchEntry.objects.order_by("pk").values())
    SearchEntry.objects.update(digest="")
    DataVersion.objects.filter(name=DataVersion.REFERENCE).update(version=10**6)
    with translation.override("uk"):
        indexing.bring_up_to_date()
    assert list(SearchEntry.objects.order_by("pk").values()) == before


def test_the_benchmark_asks_beside_made_up_businesses_and_keeps_none(lviv):
    said = StringIO()
    call_command("bench_search", businesses=3, rounds=1, stdout=said)
    assert [line.split(":")[0] for line in said.getvalue().splitlines()] == [
        "an empty answer",
        "suggestions",
        "searches",
    ]
    assert SearchEntry.objects.filter(kind="businesses").count() == 1
