"""Names in Latin letters, so that a search finds what is written in the other script.

Ukrainian by the national table of 2010 (resolution 55 of the Cabinet of Ministers), without its special
letters for the beginning of words: names are compared, not printed. Other Cyrillic and Greek letters are as
they are most often written.
"""

from collections.abc import Set
from itertools import chain, count
from typing import Any

from django.db import models
from django.utils.text import slugify

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ы": "y", "э": "e", "ё": "io", "ъ": "a", "ђ": "dj",
    "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o", "ά": "a", "έ": "e", "ή": "i", "ί": "i", "ό": "o",
    "ύ": "y", "ώ": "o",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)


def romanised(text: str) -> str:
    """The text in small letters, Cyrillic and Greek ones as Latin ones: "Львівська" is "lvivska"."""
    return text.lower().translate(_TABLE)


def plain_slug(text: str, fallback: str) -> str:
    """An address made of a text; `fallback` for no letters."""
    return slugify(romanised(text))[:60].strip("-") or fallback


def free_slug(text: str, others: "models.QuerySet[Any]", fallback: str) -> str:
    """An address made of a text, with a number where others have it already; `fallback` for no letters."""
    base = plain_slug(text, fallback)
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    return first_free(base, taken)


def first_free(base: str, taken: Set[str]) -> str:
    """An address, with a number where it is taken."""
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)
