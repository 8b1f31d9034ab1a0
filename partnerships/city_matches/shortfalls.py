"""Why a score is not higher, in words: the components that lose the most points.

The sentences leave names as they are, so that they can be translated.
"""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.directory import Directory
from cities.listing import grouped
from partnerships.matching.explain import Explanation, Facts, Part

from .reasons import AS_EXPECTED, label

MOST_SHORTFALLS = 4
LEAST_LOSS = 0.01  # of the score: what loses less is not worth a sentence
ROUGHLY = 3  # times as many inhabitants, from which the number is shown without its fraction


def shortfalls(directory: Directory, names: tuple[str, str], explanation: Explanation) -> list[str]:
    """The sentences for what costs a pair the most points, the largest loss first."""
    return [_sentence(part, directory, names, explanation.facts) for part in losing(explanation.parts)]


def losing(parts: Iterable[Part]) -> list[Part]:
    """The parts that cost the most points, the largest loss first."""
    costly = sorted(parts, key=lost, reverse=True)[:MOST_SHORTFALLS]
    return [part for part in costly if lost(part) >= LEAST_LOSS]


def lost(part: Part) -> float:
    """What a component could add and does not, as a share of the score."""
    return part.weight - part.contribution


def _sentence(part: Part, directory: Directory, names: tuple[str, str], facts: Facts) -> str:
    if part.value is None:
        return unknown(label(part.code))
    match part.code:
        case "needs":
            return _needs(directory, names, facts)
        case "size" if facts.population_ratio:
            return _sizes(1 / facts.population_ratio)
        case "distance":
            return far_away(facts.distance_km)
        case "language":
            return few_languages(len(facts.shared_languages))
        case "closeness":
            return _common_partners(len(facts.common_partners))
        case "affinity" if part.value < AS_EXPECTED:
            return _country_ties(facts.countries_ties)
        case "abroad":
            return _("Few ties of these cities, and of cities like them, lead to the other’s country.")
        case "place":
            return _("The two play different parts in their countries.")
        case "prominence":
            return _("Other cities are more sought-after: they have more partners or are more widely known.")
    return _("%(component)s: %(value)s of 100.") % {
        "component": label(part.code),
        "value": round(100 * part.value),
    }


def unknown(component: str) -> str:
    """The sentence for a component without a value."""
    return _("%(component)s: not known, so counted as for an average pair.") % {"component": component}


def _needs(directory: Directory, names: tuple[str, str], facts: Facts) -> str:
    city, partner = names
    topics = directory.labels("need")
    text = _("%(giver)s does not offer what %(taker)s looks for: %(topics)s.")
    unmet = [(partner, city, facts.needs_unmet), (city, partner, facts.offers_unmet)]
    sentences = [
        text % {"giver": giver, "taker": taker, "topics": ", ".join(topics[code].lower() for code in codes)}
        for giver, taker, codes in unmet
        if codes
    ]
    return " ".join(sentences) or _("Only one of the two has said what it looks for, or what it offers.")


def _sizes(ratio: float) -> str:
    times = grouped(round(ratio)) if ratio >= ROUGHLY else number_format(ratio, 1)
    return _("Their sizes differ: one has %(times)s times as many inhabitants as the other.") % {
        "times": times
    }


def far_away(km: float) -> str:
    """The sentence for a long way."""
    return _("The way is long: %(distance)s km.") % {"distance": grouped(round(km))}


def few_languages(count: int) -> str:
    """The sentence for too few languages in common."""
    if not count:
        return _("They have no language in common.")
    text = ngettext(
        "They have only %(count)s language in common.", "They have only %(count)s languages in common.", count
    )
    return text % {"count": count}


def _common_partners(count: int) -> str:
    if not count:
        return _("No city is twinned with both.")
    text = ngettext(
        "Only %(count)s city is twinned with both.", "Only %(count)s cities are twinned with both.", count
    )
    return text % {"count": count}


def _country_ties(count: int) -> str:
    if not count:
        return _("No twinning between the two countries is known.")
    text = ngettext(
        "%(count)s twinning between the two countries is known, fewer than is to be expected.",
        "%(count)s twinnings between the two countries are known, fewer than is to be expected.",
        count,
    )
    return text % {"count": grouped(count)}
