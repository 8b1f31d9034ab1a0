"""Why a partner is proposed, in words.

The sentences leave names as they are, so that they can be translated.
"""

from collections.abc import Iterable, Mapping, Sequence

from babel import Locale
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.directory import Directory, reader_language
from cities.listing import grouped
from partnerships.matching.components import COMPONENTS, Component
from partnerships.matching.explain import Explanation, Facts, Part
from partnerships.scoring.project_topics import Source, Told

LABELS = {
    "needs": gettext_lazy("Needs and offers"),
    "size": gettext_lazy("Size"),
    "distance": gettext_lazy("Distance"),
    "language": gettext_lazy("Languages"),
    "closeness": gettext_lazy("Circle of partners"),
    "affinity": gettext_lazy("Ties of the two countries"),
    "abroad": gettext_lazy("Ties with the other’s country"),
    "place": gettext_lazy("Kind of place"),
    "prominence": gettext_lazy("Sought-after cities"),
}
"""The components by their code, as readers see them."""

MEANINGS = {
    "needs": gettext_lazy(
        "How much of what each city looks for the other offers; a pair is only as good as its weaker side. "
        "Finished projects count as offers, what projects seek of cities as needs."
    ),
    "size": gettext_lazy("How alike the two are in number of inhabitants."),
    "distance": gettext_lazy("How near the two are to each other."),
    "language": gettext_lazy("Whether languages are spoken or used for work in both."),
    "closeness": gettext_lazy(
        "Whether some city is twinned with both, or partners of the one are twinned with partners of the "
        "other."
    ),
    "affinity": gettext_lazy(
        "Whether cities of the two countries are twinned more often than size and distance let expect."
    ),
    "abroad": gettext_lazy(
        "Whether each city, the cities around it and those of its size have ties with the other’s country."
    ),
    "place": gettext_lazy("Whether the two play the same part in their countries, from capital to village."),
    "prominence": gettext_lazy(
        "How sought-after the two are: how large, how widely known, and how many partners they have."
    ),
}
"""What is compared, in one sentence each."""

MOST_REASONS = 4
MOST_NAMES = 3
NEAR_KM = 300
AS_EXPECTED = 0.5  # affinity of two countries with as many ties as is to be expected
NEUTRAL = {component.code: component.neutral for component in COMPONENTS}


def label(code: str) -> str:
    """What readers see for a component."""
    return str(LABELS.get(code, code))


def meaning(component: Component) -> str:
    """What is compared, in one sentence."""
    return str(MEANINGS.get(component.code, component.meaning))


def reasons(
    directory: Directory,
    names: tuple[str, str],
    told: tuple[Told, Told],
    explanation: Explanation,
    most: int = MOST_REASONS,
) -> list[str]:
    """The sentences for what speaks most for a pair.

    Needs that are met come first, then the components by how far they are above those of a chance pair.
    `names` are those of the city and of its proposed partner, `told` is what projects tell of them.
    """
    strongest = sorted(explanation.parts, key=lambda part: (part.code == "needs", _gain(part)), reverse=True)
    sentences = [
        sentence
        for part in strongest
        if part.code == "needs" or _gain(part) > 0
        for sentence in _sentences(part, directory, names, told, explanation.facts)
    ]
    return sentences[:most]


def _gain(part: Part) -> float:
    """How much a component lifts the score above that of a chance pair."""
    return 0.0 if part.value is None else part.weight * (part.value - NEUTRAL[part.code])


def _sentences(
    part: Part, directory: Directory, names: tuple[str, str], told: tuple[Told, Told], facts: Facts
) -> list[str]:
    match part.code:
        case "needs":
            topics = directory.labels("need")
            return [
                *_needs_met(topics, names[::-1], told[::-1], facts.needs_met),
                *_needs_met(topics, names, told, facts.offers_wanted),
            ]
        case "closeness":
            return [
                _common_partners(directory, facts.common_partners)
                if facts.common_partners
                else _("Twin cities of the one are twinned with twin cities of the other.")
            ]
        case "distance":
            return [between(facts.distance_km)]
        case "size":
            return [_("They are alike in size.")]
        case "place":
            return [
                _("Both are capitals.")
                if facts.both_capitals
                else _("Both play a similar part in their countries.")
            ]
        case "language":
            return [shared_languages(facts.shared_languages)] if facts.shared_languages else []
        case "affinity":
            count = facts.countries_ties
            text = ngettext(
                "%(count)s twinning between the two countries is known, more than is to be expected.",
                "%(count)s twinnings between the two countries are known, more than is to be expected.",
                count,
            )
            is_more = part.value is not None and part.value > AS_EXPECTED
            return [text % {"count": grouped(count)}] if count and is_more else []
        case "abroad":
            return [
                _("Ties of both, or of cities like them, lead to each other’s country more often than usual.")
            ]
        case "prominence":
            return []  # it says how much each city is asked for, not why these two
    raise KeyError(part.code)


def _needs_met(
    topics: Mapping[str, str], names: tuple[str, str], told: tuple[Told, Told], codes: Sequence[str]
) -> list[str]:
    """What the first city gives the other: what it states that it offers, then what it has done."""
    (giver, taker), (done, wanted) = names, (told[0].done, told[1].wanted)
    stated = _("{giver} offers what {taker} looks for: {topics}.")
    proved = _("{giver} has finished a project in what {taker} looks for: {topics}.")
    kinds = [
        (stated, [code for code in codes if code not in done]),
        (proved, [code for code in codes if code in done]),
    ]
    return [
        format_html(text, giver=giver, taker=taker, topics=with_projects(topics, chosen, done, wanted))
        for text, chosen in kinds
        if chosen
    ]


def with_projects(
    topics: Mapping[str, str], codes: Iterable[str], done: Mapping[str, Source], wanted: Mapping[str, Source]
) -> str:
    """Topics in a row, each with the project that it was done in, and the one that looks for it."""
    shown = []
    for code in codes:
        notes = []
        if code in done:
            notes.append(format_html(_("“{project}”"), project=done[code].link))
        if code in wanted:
            notes.append(format_html(_("for “{project}”"), project=wanted[code].link))
        beside = format_html(" ({})", _joined("; ", notes)) if notes else ""
        shown.append(format_html("{}{}", topics[code].lower(), beside))
    return _joined(", ", shown)


def _joined(between: str, parts: Iterable[str]) -> str:
    return format_html_join(between, "{}", ((part,) for part in parts))


def _common_partners(directory: Directory, ids: Sequence[int]) -> str:
    rows = directory.reference.rows_of(list(ids))
    shown = ", ".join(directory.name(row) for row in rows[rows >= 0].tolist()[:MOST_NAMES])
    text = ngettext(
        "Both have %(count)s twin city in common: %(names)s.",
        "Both have %(count)s twin cities in common, among them %(names)s.",
        len(ids),
    )
    return text % {"count": len(ids), "names": shown}


def between(km: float) -> str:
    """How far it is, in a sentence."""
    text = (
        _("Only %(distance)s km lie between them.")
        if km <= NEAR_KM
        else _("%(distance)s km lie between them.")
    )
    return text % {"distance": grouped(round(km))}


def shared_languages(codes: Sequence[str]) -> str:
    """Which languages two have in common, in a sentence."""
    languages = Locale(reader_language()).languages
    return _("Languages in common: %(languages)s.") % {
        "languages": ", ".join(str(languages.get(code, code)) for code in codes)
    }
