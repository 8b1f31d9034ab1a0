"""Made-up events of any size, and how well they are scheduled."""

from __future__ import annotations

import numpy as np

from .problem import Interpreter, Participant, Problem, Request, Slot, Table

SIZES = ((100, 500, 20), (500, 4_000, 24), (2_000, 20_000, 30))
"""Participants, requests and slots of the events measured."""

LANGUAGES = ("en", "uk", "de", "pl", "fr", "it")
SPOKEN = (0.8, 0.5, 0.25, 0.25, 0.2, 0.1)
"""How many of the participants speak each."""


def made_up(participants: int, requests: int, slots: int, seed: int = 0) -> Problem:
    """An event in which nothing is real, the same for the same seed.

    A few are sought by many (popularity is log-normal), most requests are between cities and businesses; one
    in five is there for half the time, some miss single slots; tables are fewer than the requests need; those
    without a common language need one of a few interpreters. Raises ValueError where there are fewer pairs
    than three times the requests.
    """
    if participants * (participants - 1) // 2 < 3 * requests:
        raise ValueError(f"{participants} participants are too few for {requests} requests.")
    dice = np.random.default_rng(seed)
    everything = frozenset(range(slots))
    people = []
    for place in range(participants):
        free = set(everything)
        match dice.choice(3, p=(0.7, 0.2, 0.1)):
            case 1:
                half = slots // 2
                free = set(range(half)) if dice.random() < 0.5 else set(range(half, slots))
            case 2:
                free -= set(dice.choice(slots, slots // 5, replace=False).tolist())
        speaks = {code for code, share in zip(LANGUAGES, SPOKEN, strict=True) if dice.random() < share}
        people.append(
            Participant(
                id=place + 1,
                slots=frozenset(free),
                languages=frozenset(speaks or {str(dice.choice(LANGUAGES))}),
                limit=slots // 2 if dice.random() < 0.1 else None,
                online=bool(dice.random() < 0.05),
            )
        )
    full = everything
    tables = max(1, round(0.85 * requests / slots))
    return Problem(
        slots=tuple(Slot(start=9 * 60 + 25 * place, minutes=20) for place in range(slots)),
        tables=tuple(
            Table(place + 1, full if place % 10 else frozenset(range(slots // 2))) for place in range(tables)
        ),
        participants=tuple(people),
        requests=tuple(_requests(dice, participants, requests)),
        interpreters=tuple(
            Interpreter(place + 1, full, frozenset({"uk", "en", LANGUAGES[2 + place % 4]}))
            for place in range(max(2, participants // 40))
        ),
    )


def _requests(dice: np.random.Generator, participants: int, count: int) -> list[Request]:
    """Requests of distinct pairs."""
    popularity = dice.lognormal(0, 0.8, participants)
    eagerness = dice.lognormal(0, 0.5, participants)
    is_city = dice.random(participants) < 0.4
    pairs: dict[tuple[int, int], Request] = {}
    while len(pairs) < count:
        asking = dice.choice(participants, count, p=eagerness / eagerness.sum())
        asked = dice.choice(participants, count, p=popularity / popularity.sum())
        across = (is_city[asking] != is_city[asked]) | (dice.random(count) < 0.3)
        for one, other in zip(asking[across].tolist(), asked[across].tolist(), strict=True):
            pair = min(one, other), max(one, other)
            if one == other or pair in pairs or len(pairs) == count:
                continue
            pairs[pair] = Request(
                id=len(pairs) + 1,
                asking=one + 1,
                asked=other + 1,
                priority=int(dice.choice((1, 2, 3), p=(0.25, 0.45, 0.3))),
                score=round(float(dice.beta(3, 2)), 2),
                mutual=bool(dice.random() < 0.2),
            )
    return list(pairs.values())
