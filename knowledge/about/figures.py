"""What the portal has come to for each objective of the memorandum, in live figures."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Twinning
from events.models import Event
from partnerships.businesses.models import BusinessProfile
from partnerships.finance.models import FinancialPartnerProfile, FundingCall
from partnerships.models import IntegrityDeclaration, Partnership
from projects.models import Project, ProjectChange

Figures = list[tuple[str, int]]


def by_objective() -> dict[str, Figures]:
    """Labels and numbers by objective: exchange, business, finance, transparency, connect."""
    return {
        "exchange": [
            (_("cities in the directory"), City.objects.count()),
            (_("member cities"), City.objects.members().count()),
            (_("twinnings on record"), Twinning.objects.count()),
            (_("partnerships shown by both sides"), Partnership.objects.public().count()),
        ],
        "business": [
            (_("businesses"), BusinessProfile.objects.public().count()),
            (
                _("cities they are from"),
                BusinessProfile.objects.public().values("organisation__city").distinct().count(),
            ),
        ],
        "finance": [
            (_("public projects"), Project.objects.public().count()),
            (_("financial partners"), FinancialPartnerProfile.objects.public().count()),
            (_("calls for applications that are open"), _open_calls()),
        ],
        "transparency": [
            (_("declarations of integrity that stand"), IntegrityDeclaration.objects.current().count()),
            (_("changes of projects on record"), ProjectChange.objects.public().count()),
        ],
        "connect": [
            (_("events to come"), Event.objects.published().to_come().count()),
            (_("past events"), Event.objects.published().past().count()),
        ],
    }


def _open_calls() -> int:
    today = timezone.localdate()
    public = FundingCall.objects.filter(
        organisation__in=FinancialPartnerProfile.objects.public().values("organisation")
    )
    return public.filter(deadline__gte=today).exclude(opens__gt=today).count()
