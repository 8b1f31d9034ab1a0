"""People who represent demonstration organisations."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from cities.demo import DOMAIN, verify
from partnerships.models import Organisation, OrganisationMember


def add_members(
    organisations: Sequence[Organisation], prefix: str, passwords: Mapping[str, str], approver: User | None
) -> None:
    """Give these organisations a person who represents them, one for all of a city: prefix.city@demo.example.

    Who has a password can sign in with it.
    """
    people = {f"{prefix}.{one.city.slug}@{DOMAIN}": one.city for one in organisations}
    User.objects.bulk_create(
        (
            User(
                email=email,
                name=f"Demonstration director in {city.name}",
                language="uk" if city.country_id == "UA" else "en",
                password=make_password(passwords.get(email)),
            )
            for email, city in people.items()
        ),
        ignore_conflicts=True,
    )
    verify([email for email in people if email in passwords])
    users = {people[user.email]: user for user in User.objects.filter(email__in=people)}
    OrganisationMember.objects.bulk_create(
        OrganisationMember(
            user=users[one.city],
            organisation=one,
            state=OrganisationMember.State.APPROVED,
            full_name=users[one.city].name,
            function="director",
            decided_at=timezone.now(),
            decided_by=approver,
        )
        for one in organisations
    )
