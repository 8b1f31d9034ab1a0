"""Pages of one's own account."""

import io
import json
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.notifications import KINDS
from accounts.sessions import device
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.files import upload
from cities.tests.factories import MayorFactory

pytestmark = pytest.mark.django_db

SETTINGS, DOWNLOAD = "/accounts/settings/", "/accounts/download/"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


def sign_in(client, user):
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.fixture
def person(client):
    user = UserFactory(name="Olena")
    sign_in(client, user)
    return user


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/uk", "uk")])
def test_a_new_account_speaks_the_language_of_the_page(client, prefix, language):
    form = {"email": "new@stryi.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(f"{prefix}/accounts/signup/", form)
    assert User.objects.get().language == language
    [letter] = mail.outbox
    assert not letter.subject.startswith("[")
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert client.post(link).status_code in (302, 404)  # a link used once does nothing more


def test_signing_up_does_not_tell_who_is_registered(client):
    known = UserFactory()
    answers = [
        client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})
        for email in (known.email, "unknown@stryi.example")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]


def test_settings_are_saved(client, person):
    chosen = dict.fromkeys(KINDS, "weekly") | {"colleague": "off"}
    typed = {f"pace_{code}": pace for code, pace in chosen.items()}
    client.post(SETTINGS, {"name": "Олена", "language": "uk", **typed})
    person.refresh_from_db()
    assert (person.name, person.language, person.paces) == ("Олена", "uk", chosen)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "\x00"},
        {"name": "x" * 10_000},
        {"language": "ru"},
        {"pace_colleague": "hourly"},
    ],
)
def test_bad_settings_are_explained_and_not_saved(client, person, typed):
    right = {"name": "New", "language": "en", "is_staff": "on"} | {f"pace_{code}": "off" for code in KINDS}
    page = text(client.post(SETTINGS, right | typed))
    assert page.count('class="errorlist"') == 1
    person.refresh_from_db()
    assert (person.name, person.is_staff) == ("Olena", False)


def test_settings_take_no_more_than_they_show(client, person):
    more = {"is_staff": "on", "is_superuser": "on", "email": "other@example.org", "password": "x"}
    paces = {f"pace_{code}": "off" for code in KINDS}
    client.post(SETTINGS, {"name": "Олена", "language": "uk"} | paces | more)
    kept = User.objects.get(pk=person.pk)
    assert (kept.name, kept.is_staff, kept.is_superuser) == ("Олена", False, False)
    assert (kept.email, kept.password) == (person.email, person.password)


def test_own_data_come_as_one_file_without_secrets(client, person):
    mine = MayorFactory(
        user=person, state="draft", evidence=upload(), evidence_name="../letter.pdf", full_name="Olena K."
    )
    MayorFactory(full_name="Somebody else")
    mine.submit()
    answer = client.post(DOWNLOAD)
    zipped = ZipFile(io.BytesIO(answer.content))
    data = json.loads(zipped.read("data.json"))
    assert data["account"]["email"] == person.email
    assert [one["full_name"] for one in data["memberships"]] == ["Olena K."]
    assert [one["action"] for one in data["log"]] == ["submit"]
    assert len(data["sessions"]) == 1
    assert len(zipped.namelist()) == 2
    assert not any(".." in name for name in zipped.namelist())
    everything = zipped.read("data.json").decode()
    for secret in (person.password, client.session.session_key):
        assert secret not in everything


def test_own_data_need_the_password_again(client):
    client.force_login(UserFactory())
    answer = client.post(DOWNLOAD, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")


def test_other_sessions_are_listed_and_ended(client, person):
    elsewhere = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    sign_in(elsewhere, person)
    page = text(client.get("/accounts/sessions/"))
    assert "Firefox, Windows" in page
    client.post("/accounts/sessions/")
    assert isinstance(elsewhere.get("/").wsgi_request.user, AnonymousUser)
    assert client.get(SETTINGS).status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_browsers_are_named(agent, name):
    assert device(agent) == name
