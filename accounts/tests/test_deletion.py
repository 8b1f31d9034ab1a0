"""Leaving the portal."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import deletion
from accounts.models import AuditEntry, User
from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from accounts.tests.files import upload
from cities.models import Mayor
from cities.tests.factories import MayorFactory

pytestmark = pytest.mark.django_db

DELETE = "/accounts/delete/"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = tmp_path


def sign_in(client, user):
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def grace_is_over(user):
    User.objects.filter(pk=user.pk).update(deletion_asked_at=timezone.now() - deletion.GRACE)


def test_it_is_asked_for_and_called_off(client):
    user = UserFactory()
    sign_in(client, user)
    client.post(DELETE, {"action": "delete"})
    user.refresh_from_db()
    assert user.deletion_asked_at
    assert "_auth_user_id" not in client.session
    assert "will be deleted" in mail.outbox[0].subject
    sign_in(client, user)
    assert "Keep my account" in client.get("/desk/").content.decode()
    client.post(DELETE, {"action": "keep"})
    user.refresh_from_db()
    assert user.deletion_asked_at is None
    assert deletion.delete_due_accounts() == 0


def test_it_is_not_done_before_its_time():
    user = UserFactory(deletion_asked_at=timezone.now() - deletion.GRACE + timedelta(minutes=1))
    assert deletion.delete_due_accounts() == 0
    user.refresh_from_db()
    assert user.is_active


def test_what_is_personal_goes_and_the_public_record_stays(client):
    user = UserFactory(name="Olena Kovalenko", email="olena@stryi.example")
    decider = UserFactory()
    served = MayorFactory(
        user=user, state="submitted", full_name="Olena Kovalenko", public_name="Olena", evidence=upload()
    )
    served.approve(by=decider)
    draft = MayorFactory(user=user, state="draft", evidence=upload())
    files = [one.evidence.path for one in (served, draft)]
    sign_in(client, user)
    grace_is_over(user)
    assert deletion.delete_due_accounts() == 1
    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert user.email.endswith("@deleted.invalid")
    assert not EmailAddress.objects.filter(user=user).exists()
    assert client.get("/desk/").status_code == 302  # signed out everywhere
    record = Mayor.objects.get(user=user)
    assert (record.state, record.city, record.function) == ("withdrawn", served.city, "mayor")
    assert (record.full_name, record.public_name, record.evidence.name) == ("", "", "")
    assert not any(Path(path).exists() for path in files)
    assert "Olena" not in str(
        list(AuditEntry.objects.filter(actor=user).values_list("actor__name", "details"))
    )
    assert mail.outbox[-1].to == ["olena@stryi.example"]
    sign_in(client, UserFactory.build(email="olena@stryi.example"))
    assert "_auth_user_id" not in client.session


def test_accounts_that_came_back_with_a_backup_are_deleted_by_number():
    back, last = UserFactory(name="Olena"), StaffFactory(is_superuser=True)
    for wrong, why in ((last.pk, "Nobody could administer"), (10**9, "no account")):
        with pytest.raises(CommandError, match=why):
            call_command("delete_account", wrong)
    call_command("delete_account", back.pk)
    back.refresh_from_db()
    assert (back.name, back.is_active) == ("", False)


def test_the_last_administrator_cannot_leave(client):
    admin = StaffFactory(is_superuser=True, second_factor=False)
    sign_in(client, admin)
    page = client.post(DELETE, {"action": "delete"}, follow=True).content.decode()
    assert "only administrator" in page
    admin.refresh_from_db()
    assert admin.deletion_asked_at is None
    StaffFactory(is_superuser=True)
    client.post(DELETE, {"action": "delete"})
    admin.refresh_from_db()
    assert admin.deletion_asked_at
