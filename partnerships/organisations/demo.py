"""People who represent demonstration organisations."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from cities.demo import DOMAIN
from partnerships.models import Organisation, OrganisationMember


def add_member(
    organisation: Organisation, prefix: str, passwords: Mapping[str, str], approver: User | None
) -> None:
    """Somebody who represents the organisation: `prefix`.city@demo.example."""
    city = organisation.city
    email = f"{prefix}.{city.slug}@{DOMAIN}"
    name = f"Demonstration director of {organisation.name}"[:150]
    person, _created = User.objects.get_or_create(
        email=email,
        defaults={
            "name": name,
            "language": "uk" if city.country_id == "UA" else "en",
            "password": make_password(passwords.get(email)),
        },
    )
    OrganisationMember.objects.create(
        user=person,
        organisation=organisation,
        state=OrganisationMember.State.APPROVED,
        full_name=name,
        function="director",
        decided_at=timezone.now(),
        decided_by=approver,
    )
