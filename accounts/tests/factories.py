"""Users for tests."""

from allauth.account.models import EmailAddress
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
