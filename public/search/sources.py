"""How each kind of public object is searched and shown; cities are searched by their own names.

A new kind is one more Source here, once it is in `public.kinds`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.utils.text import Truncator

from cities.directory import Versions
from cities.models import City, in_active_language
from knowledge.news import schedule
from knowledge.practices.directory import PRACTICES
from partnerships.businesses import directory as businesses
from partnerships.businesses import keys
from partnerships.businesses.models import BUSINESSES
from partnerships.finance.models import FINANCE
from partnerships.partnership.register import PARTNERSHIPS
from projects.directory import PROJECTS, text_of
from public.kinds import PublicKind, kind_of

SUMMARY = 220  # characters


class Shown(TypedDict):
    """What a list of hits shows of one of them, in one language."""

    title: str
    url: str
    place: str
    summary: str
    is_demonstration: bool


@dataclass(frozen=True)
class Source:
    """A kind of public object.

    counted: the name in cities.DataVersion that counts its changes. names: what one is called, in all
    languages; texts: what else it says to everybody. cities: where it is. summary: what is shown of it, in
    the reader's language. with_texts: the rows with all that the others read. changed_since: see
    `businesses.directory`; None to read all when some changed. moment: what changes when something becomes
    public by itself.
    """

    kind: PublicKind
    counted: str
    names: Callable[[Any], Iterable[str]]
    texts: Callable[[Any], Iterable[str]]
    cities: Callable[[Any], Sequence[City | None]]
    summary: Callable[[Any], str] = lambda one: ""
    with_texts: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    changed_since: Callable[[int], list[int] | None] | None = None
    moment: Callable[[Versions], object] = lambda now: ""

    def version(self, now: Versions) -> str:
        """What changes when objects of the kind may have changed."""
        return f"{now.get(self.counted)} {self.moment(now)}".strip()

    def shown(self, one: Any) -> Shown:
        """How it is shown, in the active language."""
        places = [f"{city.display_name}, {city.country.name}" for city in self.cities(one) if city]
        return Shown(
            title=str(one),
            url=self.kind.url(one),
            place="; ".join(dict.fromkeys(places)),
            summary=Truncator(self.summary(one)).chars(SUMMARY),
            is_demonstration=one.is_demonstration,
        )

    def all_texts(self, one: Any) -> tuple[list[str], list[str]]:
        """Its names, and all else by which it is found."""
        places = [
            name
            for city in self.cities(one)
            if city
            for name in (city.name, city.name_uk, city.country.name_en, city.country.name_uk)
        ]
        return [*filter(None, self.names(one))], [*filter(None, self.texts(one)), *filter(None, places)]


def _home(profile: Any) -> list[City]:
    return [profile.organisation.city]


def _summary(one: Any) -> str:
    return in_active_language(one.summary_en, one.summary_uk)


def _names_of_organisation(profile: Any) -> list[str]:
    return [profile.organisation.name, profile.other_name]


def _of_business(profile: Any) -> list[str]:
    stated = profile.organisation.businessstatements.all()
    return [profile.summary_en, profile.summary_uk, *keys.texts(profile, stated)]


def _of_financial_partner(profile: Any) -> list[str]:
    offers, calls = profile.organisation.financialoffers.all(), profile.organisation.fundingcalls.all()
    said = [(one.note_en, one.note_uk) for one in offers] + [(one.title_en, one.title_uk) for one in calls]
    own = [profile.summary_en, profile.summary_uk, profile.conditions_en, profile.conditions_uk]
    return [*own, *(text for both in said for text in both)]


def _sides(partnership: Any) -> list[City]:
    return [party.home for party in partnership.parties]


def _names_of_sides(partnership: Any) -> list[str]:
    """Both sides in one line, for each language."""
    pairs = [
        (party.city.name, party.city.name_uk or party.city.name) if party.city else (str(party.one),) * 2
        for party in partnership.parties
    ]
    return [" ".join(side) for side in zip(*pairs, strict=True)]


def _of_partnership(partnership: Any) -> list[str]:
    return [name for topic in partnership.topics.all() for name in (topic.name_en, topic.name_uk)]


def _of_event(event: Any) -> list[str]:
    texts = ("text", "place", "results")
    return [getattr(event, f"{name}_{language}") for name in texts for language in ("en", "uk")]


def _of_practice(practice: Any) -> list[str]:
    texts = ("problem", "done", "lessons")
    said = [getattr(practice, f"{name}_{language}") for name in texts for language in ("en", "uk")]
    return [*said, *(name for topic in practice.topics.all() for name in (topic.name_en, topic.name_uk))]


SOURCES = [
    Source(
        kind_of("businesses"),
        BUSINESSES,
        _names_of_organisation,
        _of_business,
        _home,
        _summary,
        lambda rows: rows.prefetch_related("organisation__businessstatements"),
        businesses.changed_since,
    ),
    Source(
        kind_of("financial-partners"),
        FINANCE,
        _names_of_organisation,
        _of_financial_partner,
        _home,
        _summary,
        lambda rows: rows.prefetch_related("organisation__financialoffers", "organisation__fundingcalls"),
    ),
    Source(
        kind_of("projects"),
        PROJECTS,
        lambda project: [project.title_en, project.title_uk],
        lambda project: [text_of(project)],
        lambda project: [project.city],
        _summary,
        lambda rows: rows.with_needs_and_money(),  # type: ignore[attr-defined]
    ),
    Source(
        kind_of("partnerships"),
        PARTNERSHIPS,
        _names_of_sides,
        _of_partnership,
        _sides,
        with_texts=lambda rows: rows.prefetch_related("topics"),
    ),
    Source(
        kind_of("events"),
        "events",
        lambda event: [event.title_en, event.title_uk],
        _of_event,
        lambda event: [event.city],
        lambda event: in_active_language(event.text_en, event.text_uk),
    ),
    Source(
        kind_of("practices"),
        PRACTICES,
        lambda practice: [practice.title_en, practice.title_uk],
        _of_practice,
        lambda practice: [practice.city],
        lambda practice: in_active_language(practice.problem_en, practice.problem_uk),
        with_texts=lambda rows: rows.prefetch_related("topics"),
    ),
    Source(
        kind_of("news"),
        schedule.VERSION,
        lambda article: [article.title_en, article.title_uk],
        lambda article: [article.summary_en, article.summary_uk, article.body_en, article.body_uk],
        lambda article: [],
        _summary,
        moment=schedule.public_by_now,
    ),
]
"""All but cities, in the order of `public.kinds`."""
