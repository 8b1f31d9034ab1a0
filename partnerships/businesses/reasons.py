"""Why two businesses are proposed to each other, and why their score is not higher, in words.

The sentences leave names as they are, so that they can be translated.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.city_matches.reasons import between, shared_languages
from partnerships.city_matches.shortfalls import far_away, few_languages, losing, unknown
from partnerships.matching.explain import Part
from partnerships.matching.trade import COMPONENTS, PROPOSED
from partnerships.matching.trade_explain import TradeExplanation, TradeFacts

from .models import Trade

LABELS = {
    "needs": gettext_lazy("Offers and needs"),
    "supply": gettext_lazy("Supplier and buyer"),
    "texts": gettext_lazy("What they write"),
    "markets": gettext_lazy("Export markets"),
    "language": gettext_lazy("Languages"),
    "size": gettext_lazy("Size"),
    "distance": gettext_lazy("Distance"),
    "cities": gettext_lazy(
        "Whether their cities are partners (twinned, or in a partnership of the portal), or proposed as such."
    ),
}
"""The components by their code, as readers see them."""

MEANINGS = {
    "needs": gettext_lazy(
        "How much of what each seeks the other offers, by type. If only one side is served, it counts half."
    ),
    "supply": gettext_lazy("Whether businesses of the one’s activity usually buy from those of the other’s."),
    "texts": gettext_lazy(
        "Whether what the one writes that it seeks resembles what the other writes that it does."
    ),
    "markets": gettext_lazy("Whether each names the other’s country among its export markets."),
    "language": gettext_lazy("Whether they have working languages in common."),
    "size": gettext_lazy("How near they are in number of people."),
    "distance": gettext_lazy("How near their cities are to each other."),
    "cities": gettext_lazy(
        "Whether their cities are partners (twinned, or in a partnership of the portal), or proposed as such."
    ),
}
"""What is compared, in one sentence each."""

NEUTRAL = {component.code: component.neutral for component in COMPONENTS}
CODES = tuple(component.code for component in COMPONENTS)
MOST_REASONS = 5
MOST_WORDS = 5
USUAL_SUPPLY = 0.6  # from which on one is called a usual supplier of the other
TWINNED = 1.0
Words = tuple[Sequence[str], Sequence[str]]
"""What both texts have in common: of what the first seeks and the other does, and the other way."""


def label(code: str) -> str:
    """What readers see for a component."""
    return str(LABELS.get(code, code))


def reasons(
    names: tuple[str, str], explanation: TradeExplanation, words: Words, most: int = MOST_REASONS
) -> list[str]:
    """The sentences for what speaks most for a pair, that their cities are partners first."""

    def gain(part: Part) -> float:
        return 0.0 if part.value is None else part.weight * (part.value - NEUTRAL[part.code])

    def order(part: Part) -> tuple[bool, bool, float]:
        are_partners = part.code == "cities" and (part.value or 0.0) >= PROPOSED
        return are_partners, part.code == "needs", gain(part)

    strongest = sorted(explanation.parts, key=order, reverse=True)
    sentences = [
        sentence
        for part in strongest
        if gain(part) > 0
        for sentence in _sentences(part, names, explanation.facts, words)
    ]
    return [sentence.replace("..", ".") for sentence in sentences[:most]]  # "sp. z o.o." ends one already


def _sentences(part: Part, names: tuple[str, str], facts: TradeFacts, words: Words) -> list[str]:
    match part.code:
        case "cities":
            return _of_cities(facts)
        case "needs":
            return _of_trades(names, facts)
        case "supply":
            return _of_supply(names, facts)
        case "texts":
            return _of_texts(names, words)
        case "markets":
            return _of_markets(names, facts)
        case "language":
            return [shared_languages(facts.shared_languages)] if facts.shared_languages else []
        case "size":
            return [] if facts.bands else [_("They are alike in size.")]
        case "distance":
            return [_("Both are in the same city.") if facts.same_city else between(facts.distance_km)]
    raise KeyError(part.code)


def _of_cities(facts: TradeFacts) -> list[str]:
    ties = facts.ties or 0.0
    if ties >= TWINNED:
        return [_("Their cities are partners.")]
    if ties >= PROPOSED:
        return [_("Their cities are proposed to each other as partners.")]
    return [_("Cities of their two countries are twinned.")]


def _of_trades(names: tuple[str, str], facts: TradeFacts) -> list[str]:
    one, other = names
    text = _("%(giver)s offers what %(taker)s seeks: %(trades)s.")
    met = [(other, one, facts.needs_met), (one, other, facts.offers_wanted)]
    return [
        text % {"giver": giver, "taker": taker, "trades": trades_in_words(trades)}
        for giver, taker, trades in met
        if trades
    ]


def trades_in_words(trades: Sequence[str]) -> str:
    """The names of types of trade."""
    return ", ".join(str(Trade(trade).label) for trade in trades)


def _of_supply(names: tuple[str, str], facts: TradeFacts) -> list[str]:
    one, other = names
    text = _("Businesses like %(buyer)s usually buy from businesses like %(supplier)s.")
    both = [(one, other, facts.supplies[0]), (other, one, facts.supplies[1])]
    return [
        text % {"supplier": supplier, "buyer": buyer}
        for supplier, buyer, strength in both
        if strength >= USUAL_SUPPLY
    ]


def _of_texts(names: tuple[str, str], words: Words) -> list[str]:
    one, other = names
    text = _("What %(taker)s seeks and what %(giver)s does have words in common: %(words)s.")
    both = [(one, other, words[0]), (other, one, words[1])]
    return [
        text % {"taker": taker, "giver": giver, "words": ", ".join(shared[:MOST_WORDS])}
        for taker, giver, shared in both
        if shared
    ]


def _of_markets(names: tuple[str, str], facts: TradeFacts) -> list[str]:
    if all(facts.markets):
        return [_("Each names the other’s country among its export markets.")]
    text = _("%(name)s names the other’s country among its export markets.")
    return [text % {"name": name} for name, names_it in zip(names, facts.markets, strict=True) if names_it]


def shortfalls(names: tuple[str, str], explanation: TradeExplanation) -> list[str]:
    """The sentences for what costs a pair the most points, the largest loss first.

    What is praised by `reasons` is not blamed, nor is a pair of one country for what needs two.
    """
    blamed = [
        part for part in explanation.parts if not is_praised(part) and not _needs_two(part, explanation)
    ]
    return [_shortfall(part, names, explanation.facts) for part in losing(blamed)]


def is_praised(part: Part) -> bool:
    """Whether a part is above that of a chance pair and at least half as good as can be."""
    return part.value is not None and part.value > NEUTRAL[part.code] and part.value >= 0.5


def _needs_two(part: Part, explanation: TradeExplanation) -> bool:
    return part.code in ("cities", "markets") and part.value is None and explanation.facts.ties is None


def _shortfall(part: Part, names: tuple[str, str], facts: TradeFacts) -> str:
    if part.value is None:
        return unknown(label(part.code))
    match part.code:
        case "needs":
            return _unmet(names, facts)
        case "supply":
            return _("Businesses of these two activities seldom supply each other.")
        case "texts":
            return _("What the one writes that it seeks says little of what the other does.")
        case "markets":
            text = _("%(name)s does not name the other’s country among its export markets.")
            missing = zip(names, facts.markets, strict=True)
            return " ".join(text % {"name": name} for name, names_it in missing if names_it is False)
        case "language":
            return few_languages(len(facts.shared_languages))
        case "size":
            return _("Their sizes differ.")
        case "distance":
            return far_away(facts.distance_km)
        case "cities":
            return _("Their cities are no partners yet.")
    raise KeyError(part.code)


def _unmet(names: tuple[str, str], facts: TradeFacts) -> str:
    one, other = names
    text = _("%(giver)s does not offer what %(taker)s seeks: %(trades)s.")
    unmet = [(other, one, facts.needs_unmet), (one, other, facts.offers_unmet)]
    sentences = [
        text % {"giver": giver, "taker": taker, "trades": trades_in_words(trades)}
        for giver, taker, trades in unmet
        if trades
    ]
    return " ".join(sentences) or _("Only one of the two has said what it seeks, or what it offers.")
