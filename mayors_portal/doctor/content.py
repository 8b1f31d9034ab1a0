"""What stands in the database, and who may change it."""

from allauth.mfa.models import Authenticator

from accounts.models import User
from cities.models import City, Topic
from partnerships.models import CityMatch

from .findings import Findings, error, warning


def check_reference_data() -> Findings:
    """Whether there are cities, topics and matches."""
    if not City.objects.exists():
        yield error("there are no cities", "Run: manage.py load_cities (a minute or two).")
    elif not CityMatch.objects.exists():
        yield warning(
            "no partners have been proposed yet",
            "Run: manage.py score_cities; the worker does it.",
        )
    if not Topic.objects.exists():
        yield error("there are no topics", "Restore the database: migrations make them.")


def check_administrators() -> Findings:
    """Whether somebody may administer, with a second factor."""
    admins = User.objects.filter(is_superuser=True, is_active=True)
    if not admins:
        yield error("there is no administrator", "Run: manage.py createsuperuser.")
    with_factor = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user")
    for admin in admins.exclude(pk__in=with_factor):
        yield warning(
            f"the administrator {admin.email} has no second factor and cannot use the administration",
            "They set one up under Settings, Second factor, when they sign in.",
        )
