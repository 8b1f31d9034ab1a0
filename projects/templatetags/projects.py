"""Projects on pages of other apps, and amounts of money."""

from decimal import Decimal
from typing import Any

from django import template

from accounts.models import User
from cities.models import City
from projects.amounts import amount_in_figures, amount_in_words
from projects.models import Project

register = template.Library()

MOST = 6


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency: `{{ amount|money:project.currency }}`; a dash for none."""
    return "-" if amount is None else amount_in_words(amount, currency)


@register.filter
def number(amount: Decimal | None) -> str:
    """An amount in a column whose head names the currency: `{{ amount|number }}`; a dash for none."""
    return "-" if amount is None else amount_in_figures(amount)


@register.filter
def euros(amount: Decimal | None, project: Project) -> str:
    """An amount of a project as a number of euros: `{{ amount|euros:project }}`; a dash without a rate."""
    return "-" if amount is None else number(project.in_euros(amount))


@register.inclusion_tag("projects/of_city.html")
def city_projects(city: City) -> dict[str, Any]:
    """The published projects of a city, those lately updated first: `{% city_projects city %}`."""
    published = Project.objects.published().filter(city=city)
    shown = published.with_money().order_by("-updated_at", "-id")[:MOST]
    return {"city": city, "total": published.count(), "projects": shown}


@register.inclusion_tag("projects/desk.html")
def desk_projects(city: City, user: User) -> dict[str, Any]:
    """All projects of a city for those who represent it: `{% desk_projects city user %}`."""
    mine = Project.objects.editable_by(user).filter(city=city)
    return {"city": city, "projects": mine.order_by("state", "-updated_at", "-id")}
