"""Texts of businesses as numbers: the same thing in English and Ukrainian meets, other things do not."""

import numpy as np
import pytest

from partnerships.businesses.supply import supply_table
from partnerships.businesses.texts import common_words, features, spelt_alike, vector


def likeness(one, other):
    a, b = (vector(features(text)).astype(int) for text in (one, other))
    return (a @ b) / 127**2


@pytest.mark.parametrize(
    ("english", "ukrainian"),
    [
        ("Pumps for water and district heating", "Насоси для водопостачання й теплопостачання"),
        ("Dealers of windows and doors", "Дилери вікон і дверей"),
        ("Warehousing and customs clearance", "Складування й митне оформлення"),
        ("Solar plants on schools and hospitals", "Сонячні станції на школах і лікарнях"),
        ("Frozen berries and organic juice", "Заморожені ягоди й органічні соки"),
        ("Logistics", "Логістика"),
    ],
)
def test_two_languages_meet_and_other_things_do_not(english, ukrainian):
    assert likeness(english, ukrainian) > 0.4
    assert likeness(english, "Ручні килими та іграшки") < 0.25


def test_spellings_meet():
    assert spelt_alike("Логістика")[:6] == spelt_alike("logistics")[:6]
    assert likeness("Wood pellets", "pellet from woods") > 0.8


def test_an_empty_text_and_one_that_says_nothing_are_no_text():
    for text in ("", "and the of", "1234 !?", "та або для"):
        assert not vector(features(text)).any()
    assert np.abs(vector(features("насос " * 5000)).astype(int)).max() <= 127


@pytest.mark.parametrize(("language", "words"), [("en", ["doors", "windows"]), ("uk", ["вікон", "дверей"])])
def test_words_in_common_are_told_in_the_readers_language(language, words):
    assert common_words("Дилери вікон і дверей", "Sells windows and doors", language) == words


def test_who_supplies_whom():
    """Row 1 is division 01, and so on up to 88: glass (23) for building (41), grain (01) for food (10)."""
    table = supply_table()
    assert table.shape == (89, 89)
    assert (table[0] == 0).all()
    assert table.max() == 1.0
    divisions = ["01", "10", "23", "41"]
    from cities import nace

    place = {one.code: number for number, one in enumerate(nace.divisions(), 1)}
    farms, food, glass, building = (place[code] for code in divisions)
    assert table[farms, food] == table[glass, building] == 1.0
    assert table[food, glass] < 0.2
