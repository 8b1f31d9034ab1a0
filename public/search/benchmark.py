"""Made-up businesses in the database, and what people look for, to time the search."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import numpy as np
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.membership import State
from accounts.models import User
from cities import nace
from cities.directory import Directory
from partnerships.businesses.models import BusinessProfile
from partnerships.models import Organisation, OrganisationMember

from . import indexing

TYPED = (
    "lv", "lvi", "lviv", "ль", "льві", "львів", "ma", "mad", "san", "krak", "Kiev", "Lemberg", "Lwiw",
    "saint den", "нова ка", "ene", "energy", "steel", "сталь", "школ", "вода", "water su", "bridge", "будів",
    "glass berl", "фонд", "bank", "Lviv – ", "xqzzt", "zaporizia",
)  # fmt: skip
"""What stands in the box at some moment while people type."""
SEARCHED = (
    "Lviv", "Львів", "Lemberg", "Kiev", "Харків", "Lwiw", "Zaporizia", "Saint-Denis", "Łódź", "Berlin",
    "школами", "водопровід", "енергоефективність", "schools", "water supply", "bridge", "solar hospital",
    "Lemberg water", "лікарня Харків", "manufacture of steel", "будівництво доріг", "software", "xqzzt",
    "housing fund", "Wrocław glass",
)  # fmt: skip
"""What people search for in the end."""
AT_ONCE = 1000  # rows


@dataclass(frozen=True)
class Timed:
    """Milliseconds that the answers took, by what was asked; `own` is the processor time of this process."""

    answers: dict[str, list[float]]
    own: float

    @property
    def all(self) -> list[float]:
        """Those of all."""
        return [one for times in self.answers.values() for one in times]

    def percentile(self, share: int) -> float:
        """So many percent of the answers took no longer."""
        return float(np.percentile(self.all, share))

    @property
    def slowest(self) -> tuple[str, float]:
        """What took longest in the median, and how long."""
        medians = {text: float(np.median(times)) for text, times in self.answers.items()}
        return max(medians.items(), key=lambda one: one[1])


def asker() -> Callable[[str, str], float]:
    """A function that asks an address by its name for a text and says how many milliseconds that took."""
    client = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname or "localhost")

    def ask(name: str, text: str) -> float:
        address = f"{reverse(name)}?{urlencode({'q': text})}"
        began = time.perf_counter()
        answer = client.get(address, secure=True)
        took = 1000 * (time.perf_counter() - began)
        if answer.status_code != 200:
            raise ValueError(f"{address} answered {answer.status_code}.")
        return took

    return ask


def measure(name: str, texts: Sequence[str], rounds: int) -> Timed:
    """Ask an address for texts, one after the other, so many times."""
    ask = asker()
    for text in texts:  # what is kept in memory is there
        ask(name, text)
    answers: dict[str, list[float]] = {text: [] for text in texts}
    began = time.process_time()
    for _round in range(rounds):
        for text in texts:
            answers[text].append(ask(name, text))
    return Timed(answers, 1000 * (time.process_time() - began))


@contextmanager
def made_up_businesses(at_hand: Directory, number: int, seed: int) -> Iterator[None]:
    """Inside this block there are so many more public businesses that can be searched; nothing is kept.

    Raises ValueError without cities.
    """
    if not len(at_hand):
        raise ValueError("There are no cities. Was load_cities run?")
    with transaction.atomic():
        _add(at_hand, number, np.random.default_rng(seed))
        indexing.bring_up_to_date()
        yield
        transaction.set_rollback(True)


def _add(at_hand: Directory, number: int, dice: np.random.Generator) -> None:
    """Businesses in larger cities, called after a city and what they do."""
    reference, activities = at_hand.reference, list(nace.activities())
    places = dice.integers(0, min(20_000, len(reference)), (number, 2))
    does = dice.integers(0, len(activities), number)
    user = User.objects.create_user("made-up-businesses@bench.example")
    titles = [nace.titles(activity) for activity in activities]
    for start in range(0, number, AT_ONCE):
        some = range(start, min(start + AT_ONCE, number))
        organisations = Organisation.objects.bulk_create(
            Organisation(
                kind=Organisation.Kind.BUSINESS,
                name=f"{reference.name[places[one, 0]]} {titles[does[one]][0].split()[-1]} {one}",
                slug=f"made-up-{one}",
                city_id=int(reference.ids[places[one, 1]]),
            )
            for one in some
        )
        BusinessProfile.objects.bulk_create(
            BusinessProfile(
                organisation=organisation,
                activity=activities[does[one]],
                summary_en=f"We work in {titles[does[one]][0]} for customers in many countries.",
                summary_uk=f"{titles[does[one]][1]} для замовників у багатьох країнах.",
                is_demonstration=True,
            )
            for one, organisation in zip(some, organisations, strict=True)
        )
        OrganisationMember.objects.bulk_create(
            OrganisationMember(
                user=user, organisation=organisation, state=State.APPROVED, decided_at=timezone.now()
            )
            for organisation in organisations
        )
