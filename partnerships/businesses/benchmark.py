"""Made-up businesses in memory over real cities, to time the matcher of businesses."""

import numpy as np
import numpy.typing as npt

from cities.directory import Directory
from partnerships.matching.businesses import Businesses, Sets, mutual
from partnerships.matching.trade import TEXT_SIZE, TRADES

from .arrays import make_places
from .supply import supply_table

CITIES = 20_000
SUBJECTS = 400
"""What texts are about; those of one subject are alike."""
LANGUAGES = ("en", "de", "pl", "uk", "fr", "ro", "cs", "es", "it", "ru")
MOST_MARKETS = 4
SILENT = 0.2  # of the businesses, that leave a thing unsaid


def sample(source: Directory, number: int, seed: int) -> Businesses:
    """So many businesses, in the larger cities more of them. Raises ValueError without cities."""
    if not len(source.reference):
        raise ValueError("There are no cities. Was load_cities run?")
    dice = np.random.default_rng(seed)
    people = np.sqrt(np.maximum(source.reference.population[:CITIES], 500).astype(float))
    rows = dice.choice(len(people), number, p=people / people.sum())
    places = make_places(source, rows)
    pairs, stated = np.unique(
        mutual(_trades(dice, number), _trades(dice, number)), axis=0, return_inverse=True
    )
    countries = tuple(places.country_codes)
    return Businesses(
        ids=np.arange(1, number + 1),
        places=places,
        city=np.searchsorted(places.ids, source.reference.ids[rows]).astype(np.int32),
        stated=stated.reshape(-1).astype(np.int32),
        trades=pairs.reshape(-1, 2),
        division=_or_silent(dice, dice.integers(1, len(supply_table()), number)),
        supply=supply_table(),
        size=_or_silent(dice, dice.choice(4, number, p=[0.6, 0.25, 0.1, 0.05]) + 1),
        languages=_sets(dice, number, LANGUAGES, 3),
        markets=_sets(dice, number, countries, MOST_MARKETS),
        seeks=_texts(dice, number),
        does=_texts(dice, number),
    )


def _or_silent(dice: np.random.Generator, values: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
    return np.where(dice.random(len(values)) < SILENT, 0, values).astype(np.int32)


def _trades(dice: np.random.Generator, number: int) -> npt.NDArray[np.uint8]:
    """The bits of one or two trades each, of none where nothing is said."""
    drawn = 1 << dice.integers(0, len(TRADES), (number, 2))
    return _or_silent(dice, drawn[:, 0] | drawn[:, 1]).astype(np.uint8)


def _sets(dice: np.random.Generator, number: int, codes: tuple[str, ...], most: int) -> Sets:
    membership = np.zeros((number, len(codes)), dtype=np.bool_)
    drawn, wanted = dice.integers(0, len(codes), (number, most)), dice.integers(0, most + 1, number)
    for place in range(most):
        stated = np.flatnonzero(wanted > place)
        membership[stated, drawn[stated, place]] = True
    contents, numbers = np.unique(membership, axis=0, return_inverse=True)
    return Sets.of(codes, numbers.reshape(-1), contents.astype(np.float64))


def _texts(dice: np.random.Generator, number: int) -> npt.NDArray[np.int8]:
    subjects = dice.normal(size=(SUBJECTS, TEXT_SIZE)).astype(np.float32)
    texts = subjects[dice.integers(0, SUBJECTS, number)]
    texts += dice.standard_normal(texts.shape, dtype=np.float32)
    texts *= 127 / np.linalg.norm(texts, axis=1, keepdims=True)
    texts[dice.random(number) < SILENT] = 0
    return np.rint(texts).astype(np.int8)
