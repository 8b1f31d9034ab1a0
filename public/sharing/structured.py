"""What a page is about as schema.org data (JSON-LD), which search engines read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.letters import site
from cities.directory import reader_language
from cities.models import City
from events.models import Event
from partnerships.models import Organisation, Partnership, Party
from projects.models import Project
from public.kinds import PublicKind

Data = dict[str, Any]
CONTEXT = "https://schema.org"
_IN_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
"""What would end a script or begin a tag, as JSON writes it too."""


def block(data: Data) -> SafeString:
    """A script element with data, which browsers do not run. What people wrote cannot end it."""
    text = json.dumps({"@context": CONTEXT, **_known(data)}, ensure_ascii=False).translate(_IN_HTML)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


def about(kind: PublicKind, one: Any) -> Data:
    """What a public object is, in the language that is active."""
    describe = _DESCRIBED.get(kind.code, _article)
    return {"url": site() + kind.url(one), "inLanguage": reader_language(), **describe(one)}


def path_to(kind: PublicKind, one: Any) -> Data:
    """The way from the first page to a public object."""
    steps = [
        (_("Mayors' Portal"), reverse("home")),
        (str(kind.label), kind.directory_url),
        (str(one), kind.url(one)),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": site() + url}
            for position, (name, url) in enumerate(steps, 1)
        ],
    }


def portal() -> Data:
    """The portal, and where one searches it."""
    return {
        "@type": "WebSite",
        "name": _("Mayors' Portal"),
        "url": site() + reverse("home"),
        "inLanguage": reader_language(),
        "publisher": _publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{site()}{reverse('home')}search/?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def _known(data: Mapping[str, Any]) -> Data:
    """The data without what is not known."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _publisher() -> Data:
    return {"@type": "Organization", "name": _("Mayors' Portal"), "url": site() + reverse("home")}


def _city(city: City) -> Data:
    others = {city.name, city.name_uk} - {city.display_name, ""}
    return {
        "@type": "City",
        "name": city.display_name,
        "alternateName": sorted(others),
        "geo": {"@type": "GeoCoordinates", "latitude": city.latitude, "longitude": city.longitude},
        "containedInPlace": {"@type": "Country", "name": city.country.name, "identifier": city.country_id},
        "sameAs": f"https://www.geonames.org/{city.pk}",
    }


def _address(city: City) -> Data:
    return {
        "@type": "PostalAddress",
        "addressLocality": city.display_name,
        "addressCountry": city.country_id,
    }


def _organisation(profile: Any) -> Data:
    organisation: Organisation = profile.organisation
    return {
        "@type": "Organization",
        "name": organisation.name,
        "alternateName": profile.other_name,
        "description": profile.summary,
        "address": _address(organisation.city),
        "sameAs": profile.website,
    }


def _project(project: Project) -> Data:
    return {
        "@type": "Project",
        "name": project.title,
        "description": project.summary,
        "location": {"@type": "City", "name": project.city.display_name, "address": _address(project.city)},
        "parentOrganization": {
            "@type": "GovernmentOrganization",
            "name": project.city.display_name,
            "url": site() + project.city.get_absolute_url(),
        },
    }


def _partnership(partnership: Partnership) -> Data:
    return {
        "@type": "WebPage",
        "name": str(partnership),
        "about": [_side(party) for party in partnership.parties],
        "datePublished": partnership.public_since and partnership.public_since.date().isoformat(),
        "isPartOf": {"@type": "WebSite", "name": _("Mayors' Portal"), "url": site() + reverse("home")},
    }


def _side(party: Party) -> Data:
    kind = "City" if party.city else "Organization"
    return {"@type": kind, "name": party.name, "url": site() + party.get_absolute_url()}


def _event(event: Event) -> Data:
    online = {"@type": "VirtualLocation", "url": site() + event.get_absolute_url()}
    places = [
        *([_hall(event)] if event.has_on_site else []),
        *([online] if event.has_online else []),
    ]
    mode = {Event.Format.ON_SITE: "Offline", Event.Format.ONLINE: "Online"}.get(
        Event.Format(event.format), "Mixed"
    )
    return {
        "@type": "Event",
        "name": event.title,
        "description": event.text,
        "startDate": event.starts_at.astimezone(event.zone).isoformat(timespec="minutes"),
        "endDate": event.ends_at.astimezone(event.zone).isoformat(timespec="minutes"),
        "eventStatus": f"{CONTEXT}/EventScheduled",
        "eventAttendanceMode": f"{CONTEXT}/{mode}EventAttendanceMode",
        "location": places,
        "organizer": _publisher(),
        "image": event.poster_url and site() + event.poster_url,
        "maximumAttendeeCapacity": event.capacity,
    }


def _hall(event: Event) -> Data:
    return _known(
        {
            "@type": "Place",
            "name": event.where(),
            "address": _address(event.city) if event.city else event.place,
        }
    )


def _article(one: Any) -> Data:
    """What is read: a practice of a city, a piece of news."""
    published = getattr(one, "published_at", None)
    changed = getattr(one, "updated_at", None)
    return {
        "@type": "Article",
        "headline": str(one),
        "datePublished": published and published.isoformat(timespec="seconds"),
        "dateModified": changed and changed.isoformat(timespec="seconds"),
        "publisher": _publisher(),
    }


_DESCRIBED: Mapping[str, Callable[[Any], Data]] = {
    "cities": _city,
    "businesses": _organisation,
    "financial-partners": _organisation,
    "projects": _project,
    "partnerships": _partnership,
    "events": _event,
}
