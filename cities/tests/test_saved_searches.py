"""Saved searches: kept with a name, and their owner is told what is new in them, each result once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.notifications import Pace
from accounts.tests.factories import UserFactory
from cities.models import SavedSearch
from cities.saved import looking
from cities.saved.forms import SaveForm
from cities.saved.looking import SAVED_SEARCH, look_at_searches
from cities.tests.factories import CityFactory, CountryFactory, MayorFactory
from partnerships.tests.factories import BusinessProfileFactory, FinancialPartnerProfileFactory
from projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

SEARCHES = "/desk/searches/"
ADD = {
    "cities": lambda **city: MayorFactory(city=CityFactory(**city)).city,
    "businesses": lambda **city: BusinessProfileFactory(organisation__city=CityFactory(**city)),
    "financial-partners": lambda **city: FinancialPartnerProfileFactory(
        organisation__city=CityFactory(**city)
    ),
    "projects": lambda **city: ProjectFactory(city=CityFactory(**city), published=True),
}


@pytest.fixture
def me(client):
    user = UserFactory(paces={SAVED_SEARCH: Pace.AT_ONCE}, language="uk")
    client.force_login(user)
    return user


def save(client, directory, query="", name="Mine"):
    return client.post(f"{SEARCHES}new/{directory}/{query}", {"name": name}, follow=True)


def tomorrow(days=1):
    return timezone.now() + timedelta(days=days, minutes=1)


@pytest.mark.parametrize("directory", ADD)
def test_what_is_new_in_a_search_is_told_once(client, me, directory):
    there = CityFactory(country=CountryFactory(code="UA"))
    ADD[directory](country=there.country)
    query = f"?country={there.country_id}&view=map&page=3"
    page = client.get(f"/{directory}/{query}").content.decode()
    assert f'href="{SEARCHES}new/{directory}/?country={there.country_id}"' in page
    assert "Mine" in save(client, directory, query).content.decode()
    assert look_at_searches(tomorrow()) == 0  # what was there is not new
    new = ADD[directory](country=there.country)
    ADD[directory](country=CountryFactory(code="PL"))
    assert look_at_searches() == 0  # not its turn yet
    mail.outbox.clear()
    assert look_at_searches(tomorrow(2)) == 1
    assert look_at_searches(tomorrow(3)) == 0
    [letter] = mail.outbox
    assert letter.subject == "Mine: 1 новий результат"
    assert f"/uk/{directory}/?country={there.country_id}" in letter.body
    name = {"cities": "name", "projects": "title_uk"}.get(directory)
    assert (getattr(new, name) if name else new.organisation.name) in letter.body


def test_a_search_in_words_is_looked_at_too_and_many_results_are_counted(client, me):
    save(client, "cities", "?q=Strij")
    for number in range(12):
        CityFactory(name=f"Strij {number}")
    mail.outbox.clear()
    assert look_at_searches(tomorrow()) == 1
    assert mail.outbox[0].body.count("Strij ") == 10
    assert mail.outbox[0].subject == "Mine: 12 нових результатів"


def test_its_name_is_what_it_looks_for_until_another_is_given(client, me):
    city = CityFactory(country__name_en="Poland")
    page = client.get(f"{SEARCHES}new/cities/?country={city.country_id}&q=Lublin").content.decode()
    assert 'value="Cities: Name like “Lublin”, Poland"' in page
    save(client, "cities")
    mine = me.saved_searches.get()
    answer = client.post(f"{SEARCHES}{mine.pk}/", {f"search-{mine.pk}-name": "All of Europe"}, follow=True)
    assert "All of Europe" in answer.content.decode()
    bad = client.post(f"{SEARCHES}{mine.pk}/", {f"search-{mine.pk}-name": "x" * 200})
    assert "errorlist" in bad.content.decode()
    client.post(f"{SEARCHES}{mine.pk}/", {"action": "delete"})
    assert not me.saved_searches.exists()


def test_it_is_nobody_elses(client, me):
    theirs = SavedSearch.objects.create(user=UserFactory(), directory="cities", name="Theirs")
    for typed in ({"action": "delete"}, {f"search-{theirs.pk}-name": "Mine"}):
        assert client.post(f"{SEARCHES}{theirs.pk}/", typed).status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"
    assert "Theirs" not in client.get(SEARCHES).content.decode()


def test_what_cannot_be_saved_is_explained(client, me, monkeypatch):
    def saved(**more):
        save(client, "cities", "?member=yes")
        return "errorlist" not in save(client, "cities", **more).content.decode()

    CityFactory.create_batch(3)
    assert not saved(name="")
    monkeypatch.setattr(SavedSearch, "MOST_LISTED", 2)
    assert not saved()
    monkeypatch.setattr(SavedSearch, "MOST_LISTED", 3)
    monkeypatch.setattr(SavedSearch, "MOST", 1)
    assert not saved()
    monkeypatch.setattr(SavedSearch, "MOST", 2)
    assert saved()
    assert not saved()  # twice the same
    assert not saved(
        query="?q="
        + "%20".join("abc" for _ in range(30))
        + "".join(f"&country={code:040}" for code in range(60))
    )  # longer than is kept
    assert client.get(f"{SEARCHES}new/somewhere/").status_code == 404


def test_a_double_click_saves_it_once(client, me, monkeypatch):
    """Both pass the check before either is saved."""
    monkeypatch.setattr(SaveForm, "clean", lambda self: self.cleaned_data)
    for _ in range(2):
        assert save(client, "cities").status_code == 200
    assert me.saved_searches.count() == 1


def test_many_searches_cost_no_more_queries_than_few(client, me, django_assert_num_queries):
    save(client, "cities")
    client.get(SEARCHES)
    with CaptureQueriesContext(connection) as asked:
        client.get(SEARCHES)
    few = len(asked)
    for directory in ADD:
        save(client, directory, "?q=school")
    with django_assert_num_queries(few):
        client.get(SEARCHES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_workers_tell_what_is_new_once(monkeypatch, is_locked):
    """The control: without the lock on the search both tell it."""
    me = UserFactory()
    SavedSearch.objects.create(user=me, directory="cities", name="Mine")
    CityFactory()
    both_look, directory_of = Barrier(2), looking.directory_of

    def slowly(code):
        try:
            both_look.wait(1 if is_locked else 20)  # with the lock, only one comes here
        except BrokenBarrierError:
            assert is_locked
        return directory_of(code)

    def look(_number):
        try:
            return look_at_searches(tomorrow())
        finally:
            connection.close()

    monkeypatch.setattr(looking, "directory_of", slowly)
    if not is_locked:
        monkeypatch.setattr(type(SavedSearch.objects.all()), "select_for_update", lambda self, **how: self)
    with ThreadPoolExecutor(2) as pool:
        told = sum(pool.map(look, range(2)))
    assert told == me.notifications.count() == (1 if is_locked else 2)
