"""What is public, kind by kind: what search, the site map, pictures for sharing and figures go through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.models import City
from events.models import Event
from knowledge.models import Article, Practice
from partnerships.businesses.models import BusinessProfile
from partnerships.finance.models import FinancialPartnerProfile
from partnerships.models import Partnership
from projects.models import Project


def _its_own(one: Any) -> str:
    address: str = one.get_absolute_url()
    return address


@dataclass(frozen=True)
class PublicKind:
    """A kind of public page.

    code: its word, which is also the name of its directory's address. label, single: many of it, and one.
    objects: the public ones, with all that `str` and `url` read. url: the address in the active language.
    changed: the field that says when one was changed last, empty where none does.
    """

    code: str
    label: Promise
    single: Promise
    objects: Callable[[], QuerySet[Any]]
    url: Callable[[Any], str] = _its_own
    changed: str = ""

    @property
    def directory_url(self) -> str:
        """The address of the directory of all of this kind, in the active language."""
        return reverse(self.code)


def _of_organisations(profile: Any) -> Callable[[], QuerySet[Any]]:
    return lambda: profile.objects.public().select_related("organisation__city__country")


def _of_organisation(profile: Any) -> str:
    return _its_own(profile.organisation)


KINDS = [
    PublicKind(
        "cities", _("Cities"), pgettext_lazy("kind of page", "City"),
        lambda: City.objects.select_related("country"),
    ),
    PublicKind(
        "businesses", _("Businesses"), pgettext_lazy("kind of page", "Business"),
        _of_organisations(BusinessProfile), _of_organisation,
    ),
    PublicKind(
        "financial-partners", _("Financial partners"), pgettext_lazy("kind of page", "Financial partner"),
        _of_organisations(FinancialPartnerProfile), _of_organisation,
    ),
    PublicKind(
        "projects", _("Projects"), pgettext_lazy("kind of page", "Project"),
        lambda: Project.objects.public().select_related("city__country"),
        changed="updated_at",
    ),
    PublicKind(
        "partnerships", _("Partnerships"), pgettext_lazy("kind of page", "Partnership"),
        lambda: Partnership.objects.public().named(),
        lambda one: str(one.public_url),
    ),
    PublicKind(
        "events", _("Events"), pgettext_lazy("kind of page", "Event"),
        lambda: Event.objects.published().select_related("city__country"),
    ),
    PublicKind(
        "practices", _("Practices"), pgettext_lazy("kind of page", "Practice"),
        lambda: Practice.objects.published().select_related("city__country").defer("words", "vector"),
        changed="updated_at",
    ),
    PublicKind(
        "news", _("News"), pgettext_lazy("kind of page", "Article"),
        lambda: Article.objects.public(),
        changed="updated_at",
    ),
]  # fmt: skip
"""All kinds, in the order in which a person is offered them."""


def kind_of(code: str) -> PublicKind:
    """The kind with this word. Raises KeyError."""
    found = {kind.code: kind for kind in KINDS}
    return found[code]
