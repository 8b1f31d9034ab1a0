"""Limits of attempts. Nothing empties the cache between the requests of a test."""

import pytest

from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_wrong_passwords_are_limited_and_then_the_right_one_too(client):
    user = UserFactory()
    for _ in range(6):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    page = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).content.decode()
    assert "Too many failed login attempts" in page
    assert "_auth_user_id" not in client.session


def test_the_administration_has_no_door_of_its_own(client):
    user = UserFactory(is_staff=True)
    answer = client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/accounts/signup/", {"email": "{}@stryi.example", "password1": PASSWORD, "password2": PASSWORD}),
        ("/accounts/password/reset/", {"email": "{}@stryi.example"}),
    ],
)
def test_signing_up_and_resetting_are_limited(client, address, form):
    for number in range(30):
        answer = client.post(address, {name: value.format(number) for name, value in form.items()})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert "Please wait a few minutes" in answer.content.decode()
    assert 3 < number < 29
