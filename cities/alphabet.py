"""Alphabetical order of names.

PostgreSQL's own collations cannot be relied on: the server that comes with the portal is built without
ICU. Names are ordered in the process instead, once for each load of the directory.
"""

import unicodedata

from django.utils.translation import get_language

UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
APOSTROPHES = "'’ʼʹ`"

_dropped = dict.fromkeys(map(ord, APOSTROPHES))
_english = str.maketrans("øłđħıæœßðþ", "oldhiaosdt") | _dropped
_ukrainian = {ord(letter): chr(1 + place) for place, letter in enumerate(UKRAINIAN)} | _dropped


def english_key(name: str) -> str:
    """A key that sorts names as an English reader expects: accents and case do not count."""
    if name.isascii():
        return name.lower().translate(_dropped)
    letters = unicodedata.normalize("NFKD", name.lower()).translate(_english)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def ukrainian_key(name: str) -> str:
    """A key that sorts names by the Ukrainian alphabet, names in Latin letters after them."""
    lower = name.lower()
    return english_key(lower) if lower.isascii() else lower.translate(_ukrainian)


def reader_key(name: str) -> str:
    """The key that sorts names for the reader of the page being made."""
    is_ukrainian = (get_language() or "en").startswith("uk")
    return ukrainian_key(name) if is_ukrainian else english_key(name)
