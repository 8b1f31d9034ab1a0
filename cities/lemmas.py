"""Words by their dictionary forms: a search for "школа" finds "школами", one for "city" finds "cities"."""

import re

from simplemma import lemmatize

LANGUAGES = ("uk", "en")
WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")


def dictionary_forms(text: str) -> list[str]:
    """The dictionary form of each word of a text, Ukrainian or English, in order and in small letters.

    A word that neither language knows stays as it is.
    """
    return [lemmatize(word, lang=LANGUAGES).lower() for word in WORD.findall(text.replace("’", "'"))]
