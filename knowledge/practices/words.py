"""The words by which practices are found: as written, in their dictionary form, and both in Latin letters."""

from cities.lemmas import WORD, dictionary_forms
from cities.romanised import romanised


def forms_of(text: str) -> list[tuple[str, ...]]:
    """For each word of a text, in order, the ways in which it may be written in what is searched."""
    written = [word.lower() for word in WORD.findall(text.replace("’", "'"))]
    return [
        tuple(dict.fromkeys([form, word, romanised(form), romanised(word)]))
        for word, form in zip(written, dictionary_forms(text), strict=True)
    ]


def searchable(*texts: str) -> str:
    """All forms of all words of some texts, each once."""
    found = dict.fromkeys(form for text in texts for forms in forms_of(text) for form in forms)
    return " ".join(found)
