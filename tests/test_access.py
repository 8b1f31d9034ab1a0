"""Every address of the portal, opened as every role: held to the table in accounts/access.py."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import URLPattern, get_resolver, reverse

from accounts.access import ACCESS, ADMINS, Role, row_of
from accounts.tests.factories import UserFactory
from cities.models import Mayor
from cities.tests.factories import CityFactory, MayorFactory

pytestmark = pytest.mark.django_db

# Addresses that send an allowed visitor on, and where to; all others answer 200.
SENT_ON = {
    "account_login": {role: "home" for role in Role if role != Role.ANONYMOUS},
    "account_signup": {role: "home" for role in Role if role != Role.ANONYMOUS},
    "account_logout": {Role.ANONYMOUS: "home"},
    "admin:login": {Role.APPROVER: "admin:index", Role.ADMIN: "admin:index"},
}
# Steps in the middle of something, or for a second factor one does not have: sent elsewhere, or 404.
NEED_A_BEGINNING = {
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
}


def names(resolver=None, prefix=""):
    """The name of every address in the resolver."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else f"{prefix}{pattern.pattern}"
        else:
            yield from names(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))


NAMES = sorted(set(names()))
PAGES = [name for name in NAMES if not name.startswith("admin:")]
ADMIN_PAGES = [
    name
    for name in NAMES
    if name.startswith("admin:")
    and name.endswith(("index", "_changelist", "_add", "login", ":password_change"))
]


@pytest.fixture
def city():
    return CityFactory(name="Lviv")


@pytest.fixture
def sign_in(client, city):
    """Make the client a visitor of a role."""

    def as_role(role):
        if role == Role.ANONYMOUS:
            return client
        user = UserFactory(verified=role != Role.UNVERIFIED)
        states = {Role.APPLICANT: "submitted", Role.MAYOR: "approved", Role.SUSPENDED: "suspended"}
        if role in states:
            MayorFactory(user=user, city=city, state=states[role])
        if role in (Role.APPROVER, Role.ADMIN):
            user.is_staff, user.is_superuser = True, role == Role.ADMIN
            user.save()
        if role == Role.APPROVER:
            group = Group.objects.create(name="Approvers")
            group.permissions.set(Permission.objects.filter(codename__in=["view_mayor", "change_mayor"]))
            user.groups.add(group)
        client.force_login(user)
        return client

    return as_role


def address_of(name, city):
    arguments = {
        "city": [city.country_id.lower(), city.slug],
        "city-matches": [city.country_id.lower(), city.slug],
        "account_confirm_email": ["no-such-key"],
        "account_reset_password_from_key": ["0", "no-such-key"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }
    return reverse(name, args=arguments.get(name, []))


def assert_denied(answer, role):
    if role == Role.ANONYMOUS:
        assert answer.redirect_chain, f"{answer.status_code} without being sent to sign in"
        assert answer.request["PATH_INFO"] == reverse("account_login")
    else:
        assert answer.status_code in (403, 404)


def test_every_address_has_a_row():
    assert [name for name in NAMES if row_of(name) is None] == []


def test_every_row_has_an_address():
    """A row for an address that is gone would hide that the table is out of date."""
    used = {row_of(name).name for name in NAMES}
    assert [row.name for row in ACCESS if row.name not in used] == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_those_in_the_table_only(sign_in, city, name, role):
    client, address = sign_in(role), address_of(name, city)
    answer = client.get(address, follow=True)
    if role not in row_of(name).who:
        assert_denied(answer, role)
    elif goal := SENT_ON.get(name, {}).get(role):
        assert answer.request["PATH_INFO"] == reverse(goal)
        assert answer.status_code == 200
    elif name in NEED_A_BEGINNING:
        assert answer.status_code in (200, 404)
    else:
        assert answer.request["PATH_INFO"] == address
        assert answer.status_code == 200


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["home", "cities", "city", "city-matches", "healthz", "readyz"])
def test_pages_to_read_change_nothing_on_post(sign_in, city, name, role):
    assert sign_in(role).post(address_of(name, city)).status_code == 405


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.MAYOR, Role.APPROVER, Role.ADMIN])
@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administration_opens_for_those_in_the_table_only(sign_in, name, role):
    client, address = sign_in(role), reverse(name)
    answer = client.get(address, follow=True)
    if goal := SENT_ON.get(name, {}).get(role):
        assert answer.request["PATH_INFO"] == reverse(goal)
    elif role not in row_of(name).who or (name == "admin:login" and role == Role.ANONYMOUS):
        assert_denied(answer, role)
    elif name.endswith("_add") and answer.status_code == 403:
        assert role in ADMINS  # what nobody may add by hand: runs, matches
    elif role in row_of(name).who and name != "admin:login":
        assert answer.request["PATH_INFO"] == address
        assert answer.status_code == 200


def test_a_right_taken_away_in_mid_session_is_gone(sign_in):
    client = sign_in(Role.APPROVER)
    address = reverse("admin:cities_mayor_changelist")
    assert client.get(address).status_code == 200
    Group.objects.get(name="Approvers").permissions.clear()
    assert client.get(address).status_code == 403


def test_a_suspended_mayor_is_no_member(sign_in, city):
    sign_in(Role.SUSPENDED)
    assert not type(city).objects.members().exists()
    Mayor.objects.update(state=Mayor.State.APPROVED)
    assert type(city).objects.members().get() == city
