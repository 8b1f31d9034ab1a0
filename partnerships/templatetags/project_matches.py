"""Who can help a project, on its page; and projects that a city could help, on its mayor's desk."""

from typing import Any

from django import template

from cities import directory
from cities.models import City
from partnerships.project_matches import experience, funders, suppliers
from partnerships.project_matches.asked import Asked, asking
from projects.models import Project

register = template.Library()

MOST = 5


@register.inclusion_tag("project_matches/helpers.html")
def project_helpers(project: Project) -> dict[str, Any]:
    """Who fits a published project: `{% project_helpers project %}`.

    The project needs its parts prefetched.
    """
    if project.state != Project.State.PUBLISHED:
        return {}
    [asked] = Asked.of([project], directory.current())
    return {
        "cities": experience.cities_for(asked, MOST),
        "businesses": suppliers.businesses_for(asked, MOST),
        "funders": funders.partners_for(asked, MOST),
    }


@register.inclusion_tag("project_matches/chances.html")
def city_chances(city: City) -> dict[str, Any]:
    """Projects of others that look for what a city has done: `{% city_chances city %}`."""
    return {"chances": experience.projects_for(city, asking(), MOST), "kind": "city"}
