"""Users for tests."""

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, Permission
from factory import LazyAttribute, PostGeneration, Sequence
from factory.django import DjangoModelFactory, Password

from accounts.models import User

PASSWORD = "correct horse battery staple"


def verify_email(user: User, create: bool, verified: bool | None, **_: object) -> None:
    """Give a saved user the verified address with which they may sign in, unless `verified` is False."""
    if create:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified is not False)


class UserFactory(DjangoModelFactory[User]):
    """A person whose e-mail address is verified and whose password is PASSWORD.

    `UserFactory(verified=False)` is a person who has not confirmed the address yet.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.org")
    name = LazyAttribute(lambda user: user.email.partition("@")[0].capitalize())
    password = Password(PASSWORD)
    verified = PostGeneration(verify_email)


def give_second_factor(user: User, create: bool, wanted: bool | None, **_: object) -> None:
    """Set up a second factor, unless it is not wanted."""
    if create and wanted is not False:
        TOTP.activate(user, generate_totp_secret())


def put_in_groups(user: User, create: bool, groups: list[Group] | None, **_: object) -> None:
    """Make the saved user a member of these groups."""
    if create:
        user.groups.set(groups or [])


def give_rights(user: User, create: bool, rights: list[str] | None, **_: object) -> None:
    """Give the saved user these permissions, by their code names."""
    if create:
        user.user_permissions.set(Permission.objects.filter(codename__in=rights or []))


class StaffFactory(UserFactory):
    """Staff with a second factor: `StaffFactory(groups=[...], rights=[...], second_factor=False)`."""

    is_staff = True
    second_factor = PostGeneration(give_second_factor)
    groups = PostGeneration(put_in_groups)
    rights = PostGeneration(give_rights)
