"""Both languages are complete: the catalogue against the code, and Ukrainian pages against English words."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from accounts.tests.factories import PASSWORD
from cities.tests.factories import MayorFactory
from knowledge.tests.factories import PracticeFactory
from knowledge.tests.news_factories import ArticleFactory
from mayors_portal import catalogue
from partnerships.models import Organisation
from partnerships.tests.factories import OrganisationMemberFactory, side_of
from projects.codelists import currencies
from tests.test_access import (
    ARTICLE,
    NEED_A_BEGINNING,
    PAGES,
    PRACTICE,
    ROUND,
    SOMEBODYS,
    TOLD,
    add_talk,
    arguments_of,
)
from tests.world import PLACES, events_of_the_world, score_world, small_world, solved_round

LATIN_WORD = re.compile(r"[A-Za-zÀ-ſ]{3,}")
NAMES = {
    "CSV",
    "ics",
    "email",
    "passkey",
    "WebP",
    "JPEG",
    "PNG",
    "PDF",
    "ZIP",
    "JSON",
    "GeoNames",
    "Natural",
    "Earth",
    "JavaScript",
    "UTC",
    "Europe",
    "EUR",
    "UAH",
    "OC",
    "XLSX",
    "Rev",
    "Atom",
    "WCAG",
    "axe",
    "cookie",
    "csrftoken",
    "sessionid",
    "micro",
    "small",
    "medium",
    "large",
    "projectSector",
    "projectStatus",
    "projectType",
    "IDS",
    "UTF",
    "WGS",
    "for",
    "demonstration",
    "GeoJSON",
    "RFC",
    "TED",
    "Prozorro",
    "None",
    "Match",
    "Modified",
    "Since",
    "Open",
    "Contracting",
    "Infrastructure",
    "Data",
    "Standard",
    "Partnership",
    "Creative",
    "Commons",
    "Attribution",
    "English",
    "Business",
    "Connect",
    "Global",
    "NACE",
    "ISO",
    "HACCP",
    "FSC",
    "API",
    "OpenAPI",
    "Markdown",
    "CORS",
    "SHA",
    "Lines",
    "Link",
    "admin",
    "gzip",
    "jsonl",
    "csv",
    "null",
    "financingArrangementType",
    *currencies(),
}
"""What is not translated: names of things, and what the switch of languages calls English."""
CITIES = {name for places in PLACES.values() for name, *_rest in places}
SENTENCES = (
    "The river floods. A city with a university and a river. mayor Olena Person person Example example org "
    "Lviv Glass Gdańsk Ships Kyiv Fund Call Organisation director "
    "Works City budget An engineer for shelters Design is ready"
)
OF_PEOPLE = set(re.findall(r"\w+", SENTENCES))
"""What is shown as its author wrote it."""


class Words(HTMLParser):
    """The words a reader sees or hears: text, and attributes that are read out.

    What a page marks as English (titles of books, the switch of languages) is left out.
    """

    READ_OUT = {"alt", "aria-label", "placeholder", "title"}
    SILENT = {"script", "style", "code"}

    def __init__(self, html):
        super().__init__()
        self.text, self._inside = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._inside.append((tag, tag in self.SILENT or ("lang", "en") in attrs))
        self.text += [value for name, value in attrs if name in self.READ_OUT and value]

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(is_silent for _tag, is_silent in self._inside):
            self.text.append(data)


def english_words(html):
    return sorted(
        {word for text in Words(html).text for word in LATIN_WORD.findall(text)} - NAMES - CITIES - OF_PEOPLE
    )


def test_every_string_has_its_ukrainian_translation():
    assert catalogue.problems() == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (lambda message: setattr(message, "string", ""), "Not translated in full"),
        (lambda message: message.flags.add("fuzzy"), "Marked fuzzy"),
        (lambda message: setattr(message, "string", "%(nobody)s"), "Other placeholders than the original"),
    ],
)
def test_a_fault_in_the_catalogue_is_seen(monkeypatch, broken, problem):
    """A control: without it, the test above could pass for a reason of its own."""
    kept = catalogue.translations()
    broken(kept.get("Proposed partners"))
    monkeypatch.setattr(catalogue, "translations", lambda: kept)
    assert catalogue.problems() == [f"{problem}: 'Proposed partners'"]


def test_a_string_that_nobody_extracted_is_seen(monkeypatch):
    kept = catalogue.translations()
    kept.delete("Proposed partners")
    monkeypatch.setattr(catalogue, "translations", lambda: kept)
    assert catalogue.problems() == ["Not in the catalogue: 'Proposed partners'"]


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_ukrainian_pages_hold_no_english(client, signed_in):
    cities = small_world()
    score_world()
    mine = MayorFactory(city=cities["Lviv"], public_name="")
    solved_round(pk=ROUND).publish(by=mine.user)
    Organisation.objects.filter(name="Lviv Glass").update(slug=SOMEBODYS["business"])
    business = Organisation.objects.get(slug=SOMEBODYS["business"])
    OrganisationMemberFactory(organisation=business, user=mine.user)
    Organisation.objects.filter(kind="financial-partner").update(slug=SOMEBODYS["financial-partner"])
    add_talk(side_of(cities["Gdańsk"]), cities["Lviv"])
    events_of_the_world(cities["Lviv"], [(mine.user, cities["Lviv"])])
    ukrainian = {"problem_uk": "Труби течуть.", "done_uk": "Нові труби.", "lessons_uk": "Почати зі старих."}
    ukrainian |= {"problem_en": "", "done_en": "", "lessons_en": ""}
    PracticeFactory(city=cities["Lviv"], slug=PRACTICE, published=True, **ukrainian)
    ArticleFactory(slug=ARTICLE)
    if signed_in:
        client.force_login(mine.user)
    found = {}
    with translation.override("uk"):
        told = {name: [TOLD] for name in ("notification", "search")}
        arguments = {**arguments_of(cities["Lviv"], mine, mine), **told}
        addresses = {name: reverse(name, args=arguments.get(name, [])) for name in PAGES}
    for name, address in addresses.items():
        answer = client.get(address)
        if (
            answer.status_code == 200
            and "text/html" in answer["Content-Type"]
            and name not in NEED_A_BEGINNING
        ):
            assert answer["Content-Language"] == "uk", address
            found[address] = english_words(answer.content.decode())
    assert len(found) > 5
    assert {address: words for address, words in found.items() if words} == {}


@pytest.mark.django_db
def test_errors_and_mails_of_accounts_are_ukrainian(client):
    with translation.override("uk"):
        signup, login = reverse("account_signup"), reverse("account_login")
    answer = client.post(signup, {"email": "x", "password1": "1", "password2": "2"})
    assert english_words(answer.content.decode()) == []
    answer = client.post(login, {"login": "a@b.example", "password": "wrong"})
    assert english_words(answer.content.decode().replace("a@b.example", "")) == []
    client.post(signup, {"email": "olena@lviv.example", "password1": PASSWORD, "password2": PASSWORD})
    [letter] = mail.outbox
    body = re.sub(r"\S*(http|@|example|testserver)\S*", "", letter.subject + letter.body)
    assert sorted(set(LATIN_WORD.findall(body)) - NAMES) == []
