"""What a visitor asks of the list of events."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cities import directory
from cities.filters import LONGEST_SEARCH
from cities.models import Country
from cities.search import search
from events.models import Event
from projects.directory import search_keys

WHEN = {"to-come": _("to come"), "past": _("past")}


def countries() -> list[tuple[str, str]]:
    """The countries in which public events are held, by name in the reader's language."""
    held = Country.objects.filter(cities__events__published_at__isnull=False).distinct()
    return sorted(((one.code, one.name) for one in held), key=lambda pair: pair[1])


class EventFilter(django_filters.FilterSet):
    """The search and the filters. What makes no sense is left out."""

    q = django_filters.CharFilter(label=_("Name, place or country, in any language"), method="search")
    when = django_filters.ChoiceFilter(label=_("When"), choices=list(WHEN.items()), method="at_the_time")
    country = django_filters.ChoiceFilter(label=_("Country"), field_name="city__country", choices=countries)
    how = django_filters.ChoiceFilter(
        label=_("How to take part"),
        choices=[(one.value, one.label) for one in (Event.Format.ON_SITE, Event.Format.ONLINE)],
        method="in_the_format",
    )
    open_to = django_filters.ChoiceFilter(
        label=_("Open to"), choices=Event.Who.choices, method="open_to_them"
    )

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("when", "country", "how", "open_to"):
            self.filters[name].extra["empty_label"] = _("all")

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for and understood."""
        if not self.is_bound:
            return {}
        self.form.full_clean()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def query_string(self) -> str:
        """The same, as it stands in an address."""
        return urlencode(self.asked)

    def at_the_time(self, events: Any, name: str, value: str) -> QuerySet[Event]:
        """Those to come, or those that are over."""
        return events.filter(is_over=value == "past")

    def in_the_format(self, events: Any, name: str, value: str) -> QuerySet[Event]:
        """Those in which one can take part so; those held both ways are found by either."""
        return events.filter(format__in=[value, Event.Format.BOTH])

    def open_to_them(self, events: Any, name: str, value: str) -> QuerySet[Event]:
        """Those for which they may register."""
        return events.filter(open_to__contains=[value])

    def search(self, events: Any, name: str, value: str) -> QuerySet[Event]:
        """Those with all words in their titles, places and countries, or in a city with such a name."""
        text = value[:LONGEST_SEARCH]
        reference = directory.current().reference
        in_cities = reference.ids[search(text, reference).rows].tolist()
        return events.filter(Q(pk__in=_with_words(text, events)) | Q(city__in=in_cities))


def asked_for(data: QueryDict) -> EventFilter:
    """The public events that a query string asks for, those to come first."""
    return EventFilter(data, Event.objects.published().for_list().next_first())


def _with_words(text: str, events: QuerySet[Event]) -> list[int]:
    rows = list(
        events.values_list(
            "pk", "title_en", "title_uk", "place_en", "place_uk",
            "city__country__name_en", "city__country__name_uk",
        )
    )  # fmt: skip
    wanted, *keys = search_keys([text, *(" ".join(map(str, filter(None, row[1:]))) for row in rows)])
    words = wanted.split()
    return [row[0] for row, key in zip(rows, keys, strict=True) if all(word in key for word in words)]
