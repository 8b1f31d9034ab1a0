"""Inflected words are found by their dictionary forms."""

import pytest

from cities.lemmas import dictionary_forms


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Шкіл і лікарень!", ["школа", "і", "лікарня"]),
        ("енергоефективності громади", ["енергоефективність", "громада"]),
        ("Libraries of cities", ["library", "of", "city"]),
        ("Qwxyz 2026", ["qwxyz", "2026"]),
        ("", []),
        ("\x00 — %_", []),
    ],
)
def test_words_by_their_dictionary_forms(text, forms):
    assert dictionary_forms(text) == forms


def test_forms_of_one_word_meet():
    forms = ["водопостачання", "водопостачанню", "водопостачанням"]
    assert len({tuple(dictionary_forms(form)) for form in forms}) == 1
