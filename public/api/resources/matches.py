"""The possible partners of a city, by the filters of their page."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, QueryDict
from django.utils.html import strip_tags
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cities import directory
from cities.directory import Directory
from cities.facets import Rows
from partnerships.city_matches.emphasis import CHOICES, PREFIX
from partnerships.city_matches.proposals import explained, pair_url
from partnerships.city_matches.query import SORTS
from partnerships.city_matches.ranking import Ranking
from partnerships.city_matches.reasons import LABELS, reasons
from partnerships.city_matches.views import partners_asked_for
from partnerships.matching.components import COMPONENTS
from partnerships.matching.explain import Explanation
from partnerships.scoring.project_topics import told_of
from public.api.resource import NOTHING, Filter, Part, Resource, in_order, one_of, selected
from public.api.schema import CityReference, Record, absolute, said

from . import cities

MOST = 50  # explaining a pair takes a part of a millisecond for each language


class Component(Record):
    """A part of a score."""

    code: str = said(_("code"))
    value: float | None = said(_("from 0 to 1; null where it is not known"))
    weight: float = said(_("its share of the score, from 0 to 1"))


class Match(Record):
    """A city that is proposed to another as a partner."""

    city: CityReference = said(_("the proposed city"))
    rank: int = said(_("its place among all possible partners, 1 for the best"))
    score: float = said(_("from 0 to 1"))
    components: list[Component] = said(_("what the score is made of"))
    reasons_en: list[str] = said(_("why it is proposed, in English"))
    reasons_uk: list[str] = said(_("why it is proposed, in Ukrainian"))
    url: str = said(_("address of the page that compares the two"))


def _of(key: int, data: QueryDict) -> Resource[Match]:
    """The partners of a city as a query string weighs them. Raises Http404."""
    at_hand = directory.current()
    row = int(at_hand.reference.rows_of(key))
    if row < 0:
        raise Http404(f"There is no city {key}.")
    ranked, _query, selection, _within = partners_asked_for(at_hand, row, data)

    def made(keys: Sequence[int]) -> list[Match]:
        rows = at_hand.reference.rows_of(list(keys))
        found = _matches(at_hand, ranked, rows[rows >= 0])
        return in_order(keys, {one.city.id: one for one in found})

    return replace(LIKE, listed=lambda data: selected(at_hand, selection, at_hand.reference.ids), made=made)


def _matches(at_hand: Directory, ranked: Ranking, rows: Rows) -> list[Match]:
    arrays, ids = ranked.profiles, at_hand.reference.ids
    here = arrays.row_of(int(ids[ranked.city]))
    partners = arrays.rows_of(ids[rows]).tolist()
    why = [explained(arrays, here, partner, ranked.weights) for partner in partners]
    english, ukrainian = (_reasons(language, at_hand, ranked.city, rows, why) for language in ("en", "uk"))
    return [
        Match(
            city=_reference(at_hand, row),
            rank=ranked.place(row) or 0,
            score=round(float(one.score), 4),
            components=[
                Component(code=part.code, value=_rounded(part.value), weight=round(float(part.weight), 4))
                for part in one.parts
            ],
            reasons_en=in_english,
            reasons_uk=in_ukrainian,
            url=absolute(pair_url(at_hand, ranked.city, row)),
        )
        for row, one, in_english, in_ukrainian in zip(rows.tolist(), why, english, ukrainian, strict=True)
    ]


def _reasons(
    language: str, at_hand: Directory, city: int, rows: Rows, why: Sequence[Explanation]
) -> list[list[str]]:
    """The reasons for each partner (rows) of a city (row), as plain text."""
    own, *theirs = told_of(at_hand, at_hand.reference.ids[[city, *rows.tolist()]].tolist())
    with override(language):
        name = at_hand.name(city)
        return [
            [strip_tags(text) for text in reasons(at_hand, (name, at_hand.name(row)), (own, told), one)]
            for row, told, one in zip(rows.tolist(), theirs, why, strict=True)
        ]


def _reference(at_hand: Directory, row: int) -> CityReference:
    names = at_hand.reference
    return CityReference(
        id=int(names.ids[row]),
        name=names.name[row],
        name_uk=names.name_uk[row],
        country=names.country.codes_of(row)[0],
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


LIKE = Resource(
    name="matches",
    single="match",
    title=_("Possible partners of a city"),
    meaning=_(
        "All cities that could become partners of a city, best first, each with its score, the components "
        "of it and the reasons."
    ),
    record=Match,
    **NOTHING,
    filters={
        **cities.FILTERS,
        "first": Filter(_("A topic: who offers it comes first"), cities.TOPIC, "water"),
        **{
            f"{PREFIX}{one.code}": one_of(
                format_lazy(_("How much it matters: {component}"), component=LABELS[one.code]), CHOICES, "2"
            )
            for one in COMPONENTS
        },
    },
    sorts=SORTS,
    has_ids=False,
    most=MOST,
)
PART = Part(within=cities.RESOURCE, like=LIKE, of=_of)
