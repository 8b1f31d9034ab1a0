"""Partnerships on pages of other apps."""

from typing import Any

from django import template

from cities.models import City, Twinning
from partnerships.models import Partnership

register = template.Library()


@register.inclusion_tag("partnership/of_city.html")
def city_partnerships(city: City) -> dict[str, Any]:
    """The public partnerships of a city, the newest first: `{% city_partnerships city %}`."""
    found = Partnership.objects.public().at(city).named()
    partners = [(one, one.other if one.one.city_id == city.pk else one.one) for one in found]
    return {"city": city, "partners": partners}


@register.inclusion_tag("partnership/claims.html", takes_context=True)
def claimable_twinnings(context: template.Context, city: City) -> dict[str, Any]:
    """For a mayor: twinnings with member cities that can be claimed: `{% claimable_twinnings city %}`."""
    found = []
    if context.get("mine"):
        living = Partnership.objects.living().at(city).values_list("one__city", "other__city")
        taken = {key for pair in living for key in pair}
        members = City.objects.members().values("pk")
        ties = Twinning.objects.of(city).filter(city_a__in=members, city_b__in=members)
        found = [
            (tie, partner)
            for tie in ties
            for partner in [tie.city_b if tie.city_a_id == city.pk else tie.city_a]
            if partner.pk not in taken
        ]
    return {"twinnings": found, "csrf_token": context.get("csrf_token")}
