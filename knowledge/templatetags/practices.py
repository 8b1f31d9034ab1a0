"""Practices on pages of other apps."""

from typing import Any

from django import template

from accounts.models import User
from cities.models import City
from knowledge.models import Practice, PracticeQuestion
from knowledge.practices.proposing import proposed
from partnerships.models import Partnership
from projects.amounts import amount_in_figures
from projects.models import Project

register = template.Library()

MOST = 6
MOST_ALIKE = 4
MOST_ON_DESK = 3


@register.filter
def figure(amount: Any) -> str:
    """A figure of a result in the reader's language: `{{ one.after|figure }}`; a dash for none."""
    return "–" if amount is None else amount_in_figures(amount)


@register.inclusion_tag("practices/of_city.html")
def city_practices(city: City) -> dict[str, Any]:
    """The practices of a city, and those of cities like it: `{% city_practices city %}`."""
    own = Practice.objects.for_list().filter(city=city)
    return {
        "city": city,
        "total": own.count(),
        "practices": own[:MOST],
        "alike": proposed(city.pk, MOST_ALIKE),
    }


@register.inclusion_tag("practices/of_one.html")
def project_practices(project: Project) -> dict[str, Any]:
    """The practices that a project belongs to: `{% project_practices project %}`."""
    return {"practices": Practice.objects.for_list().filter(projects=project)}


@register.inclusion_tag("practices/of_one.html")
def partnership_practices(partnership: Partnership) -> dict[str, Any]:
    """The practices that a partnership belongs to: `{% partnership_practices one %}`."""
    return {"practices": Practice.objects.for_list().filter(partnerships=partnership)}


@register.inclusion_tag("practices/on_desk.html")
def desk_practices(city: City, user: User) -> dict[str, Any]:
    """All practices of a city for those who represent it: `{% desk_practices city user %}`."""
    mine = Practice.objects.editable_by(user).filter(city=city)
    return {
        "city": city,
        "practices": mine.order_by("state", "-updated_at", "-id"),
        "questions": PracticeQuestion.objects.waiting_for(user).filter(practice__city=city).named(),
        "alike": proposed(city.pk, MOST_ON_DESK),
    }
