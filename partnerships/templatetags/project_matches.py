"""Who can help a project, on its page; and projects that somebody could help, on their desk."""

from typing import Any

from django import template

from cities.models import City
from partnerships.models import Organisation
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
    asked = Asked(project)
    return {
        "cities": experience.cities_for(asked, MOST),
        "businesses": suppliers.businesses_for(asked, MOST),
        "funders": funders.partners_for(asked, MOST),
    }


@register.inclusion_tag("project_matches/chances.html")
def city_chances(city: City) -> dict[str, Any]:
    """Projects of others that look for what a city has done: `{% city_chances city %}`."""
    return {"chances": experience.projects_for(city, asking(), MOST), "kind": "city"}


@register.inclusion_tag("project_matches/chances.html")
def organisation_chances(organisation: Organisation) -> dict[str, Any]:
    """Projects it could deliver to, or finance: `{% organisation_chances organisation %}`."""
    is_business = organisation.kind == Organisation.Kind.BUSINESS
    found = (suppliers if is_business else funders).projects_for(organisation, asking(), MOST)
    return {"chances": found, "kind": organisation.kind}
