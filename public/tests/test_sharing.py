"""What pages say to search engines and where links are shared."""

import io
import json
import re
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import translation
from PIL import Image

from cities.models import City
from events.tests.factories import EventFactory
from partnerships.models import Partnership
from partnerships.tests.factories import side_of
from projects.tests.factories import ProjectFactory
from public.kinds import KINDS, kind_of
from public.sharing import picture, sitemap, typesetting
from public.sharing.card import Card, card_of
from public.sharing.typesetting import Style
from tests.world import small_world

pytestmark = pytest.mark.django_db

EVIL = 'School </script><script>alert("1")</script> & co'
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(scope="module")
def world(module_db):
    """The small world with a public event and a public partnership."""
    cities = small_world()
    EventFactory(slug="meeting", title_en="Meeting", title_uk="Зустріч", city=cities["Lviv"])
    sides = sorted((side_of(cities[name]) for name in ("Lviv", "Gdańsk")), key=lambda side: side.pk)
    mayor = cities["Lviv"].mayors.get().user
    Partnership.objects.create(
        one=sides[0], other=sides[1], begun_by=mayor, begun_for=sides[0], one_shows=True, other_shows=True,
        confirmed_at="2026-11-01T10:00Z", public_since="2026-11-01T10:00Z",
    )  # fmt: skip
    return cities


def head(client, address):
    return client.get(address).content.decode().partition("</head>")[0]


def meta(text, name):
    found = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', text)
    return found[0] if found else None


def links(text):
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)">', text)
    others = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', text))
    return canonical, others


def data_of(text):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return [json.loads(block) for block in blocks]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_of_page_has_words_a_picture_and_data_of_its_own(client, world, kind, settings):
    site = settings.SITE_URL.rstrip("/")
    generic = meta(head(client, "/"), "description")
    one = kind.objects().order_by("pk").last()
    for language in ("en", "uk"):
        with translation.override(language):
            address, name = kind.url(one), str(one)
        text = head(client, f"{address}?utm_source=letter")
        assert meta(text, "description") not in (generic, "", None)
        assert meta(text, "og:description") == meta(text, "description")
        assert meta(text, "og:url") == site + address
        canonical, others = links(text)
        assert canonical == [site + address]
        assert others["en"] == others["x-default"] == site + address.removeprefix("/uk")
        assert others["uk"] == f"{site}/uk{address.removeprefix('/uk')}"
        about, crumbs = data_of(text)
        assert about["url"] == site + address
        assert [step["name"] for step in crumbs["itemListElement"]][2] == name
        answer = client.get(meta(text, "og:image").removeprefix(site))
        assert answer["Content-Type"] == "image/png"
        assert "immutable" in answer["Cache-Control"]
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_what_people_write_ends_no_script(client, world):
    project = ProjectFactory(city=world["Lviv"], title_en=EVIL, published=True)
    text = head(client, project.get_absolute_url())
    assert "<script>alert" not in text
    assert data_of(text)[0]["name"] == EVIL


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/cities/?page=3", "/cities/?page=3"),
        ("/cities/?country=UA&page=2", "/cities/"),
        ("/uk/cities/?sort=name", "/uk/cities/"),
        ("/uk/businesses/?page=2", "/uk/businesses/?page=2"),
        ("/?page=x", "/"),
    ],
)
def test_views_of_a_directory_are_no_pages_of_their_own(client, world, settings, address, canonical):
    client.get("/cities/?page=2")  # what is kept of one address must not reach another
    assert links(head(client, address))[0] == [settings.SITE_URL.rstrip("/") + canonical]


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/uk/nothing/here/"])
def test_pages_for_one_person_are_not_listed(client, db, address):
    text = head(client, address)
    assert meta(text, "robots") == "noindex"
    assert links(text) == ([], {})


def test_pictures_are_of_public_things_only(client, world):
    draft = ProjectFactory(city=world["Lviv"])
    hidden = EventFactory(published_at=None)
    version = "0" * 16
    for code, key in [("projects", draft.pk), ("events", hidden.pk), ("cities", 1), ("nothing", 1)]:
        assert client.get(f"/share/en/{code}/{key}/{version}.png").status_code == 404
    lviv = world["Lviv"]
    old = client.get(f"/share/uk/cities/{lviv.pk}/{version}.png", follow=True)
    with translation.override("uk"):
        shown = card_of(kind_of("cities"), City.objects.get(pk=lviv.pk))
    assert old.redirect_chain[0][0].endswith(f"/{shown.version}.png")


def test_a_picture_says_what_is_invented(world):
    kind = kind_of("projects")
    invented = kind.objects().get(slug="example-school")
    assert card_of(kind, invented).kind == "Project · demonstration data"
    invented.is_demonstration = False
    assert card_of(kind, invented).kind == "Project"


def test_a_picture_is_drawn_once_and_anew_when_it_shows_something_else(monkeypatch, tmp_path, settings):
    drawn = []
    monkeypatch.setattr(picture, "drawn", lambda card: drawn.append(card) or b"picture")
    caches["pictures"].clear()
    card = Card("Portal", "Lviv", "City", "Ukraine")
    assert picture.png(card) == picture.png(Card("Portal", "Lviv", "City", "Ukraine")) == b"picture"
    picture.png(Card("Portal", "Lviv", "City", "Україна"))
    assert len(drawn) == 2


@pytest.mark.parametrize(
    "text",
    ["Відновлення водопостачання у центральних районах міста після обстрілів " * 4, "Ж" * 300, "Ґ漢Θ", ""],
)
def test_any_title_fits_into_its_picture(text):
    style, lines = typesetting.fitted(text, picture.TITLES, 1056, 4)
    assert len(lines) <= 4
    assert all(typesetting.width(line, style) <= 1056 for line in lines)
    assert style.size == (84 if len(text) < 5 else 46)


def test_letters_of_all_scripts_are_written():
    assert typesetting.printable(" Łódź,\nЇжа ") == "Łódź, Їжа"
    assert typesetting.printable("Θήρα") == "thira"
    assert typesetting.width("Львів", Style(40)) > typesetting.width("Льві", Style(40)) > 0


def test_the_site_map_has_every_public_page_in_both_languages(client, world, settings, monkeypatch):
    monkeypatch.setattr(sitemap, "A_PART", 4)
    ProjectFactory(city=world["Lviv"], slug="a-draft")
    site = settings.SITE_URL.rstrip("/")
    assert f"Sitemap: {site}/sitemap.xml" in client.get("/robots.txt").content.decode()
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    listed: dict[str, dict[str, str]] = {}
    for part in index:
        answer = client.get(part.find(f"{SITEMAP}loc").text.removeprefix(site))
        for url in ElementTree.fromstring(b"".join(answer)):
            others = {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
            listed[url.find(f"{SITEMAP}loc").text] = others
    assert {"en", "uk", "x-default"} == set(listed[f"{site}/uk/cities/"])
    for kind in KINDS:
        for one in kind.objects():
            with translation.override("uk"):
                ukrainian = site + kind.url(one)
            assert listed[ukrainian]["uk"] == ukrainian
            assert listed[site + kind.url(one)]["uk"] == ukrainian
    count = sum(kind.objects().count() for kind in KINDS) + len(KINDS) + len(sitemap.FIXED)
    assert len(listed) == 2 * count
    assert not any("a-draft" in address for address in listed)
    assert client.get("/sitemaps/cities-4.xml").status_code == 404
    assert client.get("/sitemaps/nothing-1.xml").status_code == 404


def test_the_site_map_is_not_sent_again_and_takes_few_queries(client, world, django_assert_max_num_queries):
    address = reverse("sitemap-part", args=["partnerships", 1])
    first = client.get(address)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    with django_assert_max_num_queries(8):
        b"".join(client.get(reverse("sitemap-part", args=["cities", 1])))
