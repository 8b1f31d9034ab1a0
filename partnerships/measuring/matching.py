"""How long the matcher takes, beside the plain arithmetic of comparing all pairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from threading import Event, Thread

import numpy as np
import numpy.typing as npt
import psutil

from cities.directory import Directory
from cities.models import Twinning
from partnerships.matching.profiles import Profiles, build_profiles
from partnerships.matching.topk import Matcher
from partnerships.models import CityMatch
from partnerships.scoring.profiles import public_data

FEATURES = 128
"""Numbers a city in the floor's matrix: as many as a matcher by embeddings would use."""
STRIPE = 1024
TOPICS_STATED = 4  # of a made-up city, needed and offered


@dataclass(frozen=True)
class Timing:
    """Seconds, and the most memory in bytes above what was in use before."""

    seconds: float
    memory: int


@contextmanager
def watched_memory() -> Iterator[Callable[[], int]]:
    """A function that tells the most memory the process held since, in bytes above the beginning."""
    process, over = psutil.Process(), Event()
    before = most = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not over.wait(0.02):
            most = max(most, process.memory_info().rss)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield lambda: most - before
    finally:
        over.set()
        watcher.join()


def timed(work: Callable[[], object]) -> Timing:
    """How long some work takes, and how much memory."""
    with watched_memory() as memory:
        start = time.perf_counter()
        work()
        return Timing(time.perf_counter() - start, memory())


def sample(source: Directory, cities: int, stated: float, seed: int) -> Profiles:
    """Profiles of a random sample of the directory with its ties; a share of the cities states topics.

    Raises ValueError if the directory has fewer cities.
    """
    if cities > len(source.reference):
        raise ValueError(f"There are {len(source.reference)} cities, not {cities}. Was load_cities run?")
    dice = np.random.default_rng(seed)
    rows = np.sort(dice.permutation(len(source.reference))[:cities])
    ties = np.array(list(Twinning.objects.values_list("city_a_id", "city_b_id")), dtype=np.int64)
    topics = source.statements.need.codes
    stating = source.reference.ids[rows[dice.random(cities) < stated]].tolist()
    return build_profiles(
        **public_data(source, ties.reshape(-1, 2), rows),
        topics=topics,
        needs={city: dice.choice(topics, TOPICS_STATED, replace=False).tolist() for city in stating},
        offers={city: dice.choice(topics, TOPICS_STATED, replace=False).tolist() for city in stating},
    )


def engine(profiles: Profiles, progress: Callable[[int, int], None] | None = None) -> int:
    """The matcher's full run: the best partners of every city. Returns the number of matches."""
    return sum(
        int((block.partners >= 0).sum())
        for block in Matcher.of(profiles).run(CityMatch.LAST_RANK, progress=progress)
    )


def _features(cities: int, seed: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).random((cities, FEATURES), dtype=np.float32)


def floor(cities: int, seed: int) -> None:
    """All products of two matrices of `cities` x FEATURES float32, stripe by stripe; nothing is kept."""
    features = _features(cities, seed)
    product = np.empty((min(STRIPE, cities), cities), dtype=np.float32)
    for start in range(0, cities, STRIPE):
        stripe = features[start : start + STRIPE]
        np.matmul(stripe, features.T, out=product[: len(stripe)])


def scikit_learn(cities: int, seed: int) -> None:
    """The same numbers searched by scikit-learn's brute force. Raises ImportError where it is missing."""
    neighbours = import_module("sklearn.neighbors")
    features = _features(cities, seed)
    search = neighbours.NearestNeighbors(n_neighbors=CityMatch.LAST_RANK, algorithm="brute").fit(features)
    for start in range(0, cities, STRIPE):
        search.kneighbors(features[start : start + STRIPE])


def faiss(cities: int, seed: int) -> None:
    """The same numbers searched by faiss' exact index. Raises ImportError where it is not installed."""
    library = import_module("faiss")
    features = _features(cities, seed)
    index = library.IndexFlatIP(FEATURES)
    index.add(features)
    index.search(features, CityMatch.LAST_RANK)


OTHERS = {"scikit-learn brute force": scikit_learn, "faiss exact": faiss}
