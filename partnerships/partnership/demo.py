"""Demonstration partnerships: invented, marked so on their pages.

Their texts are in data/demo_partnerships.json. Days are counted from the day of loading.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from cities.demo import take_new_parts
from cities.models import City, Topic, Twinning
from partnerships.conversations.models import Conversation, Message
from partnerships.interests.models import Interest, Party
from projects.models import Project

from .models import Partnership, PartnershipChange

FILE = Path(__file__).resolve().parent / "data" / "demo_partnerships.json"
Sides = tuple[tuple[Party, User], tuple[Party, User]]


def read_partnerships() -> list[dict[str, Any]]:
    """The demonstration partnerships: the two cities (the first began it), stages with days ago, texts."""
    entries: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return entries


def add_partnerships() -> int:
    """Add those of demonstration cities, once; how many. Call it in a transaction."""
    if not take_new_parts([FILE.stem]):
        return 0
    cities = City.objects.filter(profile__is_demonstration=True).in_bulk()
    added = 0
    for entry in read_partnerships():
        parties = [Party.objects.of(cities[key]) for key in entry["cities"] if key in cities]
        sides = [(party, people[0]) for party in parties if (people := party.people())]
        if len(sides) == 2 and not Partnership.objects.between(*parties).exists():
            _add(entry, (sides[0], sides[1]))
            added += 1
    return added


def _add(entry: dict[str, Any], sides: Sides) -> None:
    (mine, by), (other, answering) = sides
    low, high = sorted((mine, other), key=lambda party: party.pk)
    first = max(entry["stages"].values())
    is_public = entry.get("public", False)
    made = Partnership.objects.create(
        one=low,
        other=high,
        begun_by=by,
        begun_for=mine,
        begun_at=_ago(first),
        confirmed_at=None if entry.get("waiting") else _ago(first),
        stage=list(entry["stages"])[-1],
        next_step=entry["next_step"],
        next_step_on=timezone.localdate() + timedelta(entry["next_step_in"]) if entry["next_step"] else None,
        one_shows=is_public,
        other_shows=is_public,
        public_since=_ago(first) if is_public else None,
        twinning=_twinning(mine, other) if entry.get("claimed") else None,
        interest=None if entry.get("claimed") else _interest(entry, sides, first),
        is_demonstration=True,
    )
    made.topics.set(Topic.objects.filter(code__in=entry["topics"]))
    if entry.get("project"):
        made.projects.set(Project.objects.published().filter(city=mine.city)[:1])
    beginning = PartnershipChange.What.CLAIMED if entry.get("claimed") else PartnershipChange.What.BEGUN
    for place, (stage, days) in enumerate(entry["stages"].items()):
        what = PartnershipChange.What.STAGE if place else beginning
        made.changes.create(what=what, stage=stage, by=by, at=_ago(days))
    if entry.get("claimed") and made.is_confirmed:
        made.changes.create(
            what=PartnershipChange.What.CONFIRMED, stage=made.stage, by=answering, at=_ago(first)
        )
    for task in entry["tasks"]:
        _add_task(made, task, sides)


def _twinning(mine: Party, other: Party) -> Twinning | None:
    assert mine.city
    assert other.city
    return Twinning.objects.between([mine.city.pk, other.city.pk]).first()


def _interest(entry: dict[str, Any], sides: Sides, days: int) -> Interest:
    """An accepted one, and what the two have written since."""
    (mine, by), (other, answering) = sides
    topic = Topic.objects.filter(code=entry["topics"][0]).first()
    sent = _ago(days + 3)
    made = Interest.objects.create(
        sender=mine,
        receiver=other,
        by=by,
        reason=entry["reason"],
        topic=topic,
        state=Interest.State.ACCEPTED,
        sent_at=sent,
        expires_at=sent + Interest.VALID,
        answered_at=_ago(days),
        answered_by=answering,
        answer=entry["answer"],
    )
    talk = Conversation.objects.begin(mine, other)
    for said in entry.get("messages", []):
        party, person = sides[said["side"]]
        at = _ago(said["days"])
        Message.objects.create(
            conversation=talk, party=party, by=person, text_en=said["en"], text_uk=said["uk"], at=at
        )
        Conversation.objects.filter(pk=talk.pk).update(latest_at=at)
    return made


def _add_task(made: Partnership, task: dict[str, Any], sides: Sides) -> None:
    side = sides[task["side"]] if "side" in task else None
    done = {"done_at": _ago(-task["due_in"]), "done_by": made.begun_by} if task.get("done") else {}
    made.tasks.create(
        title_en=task["en"],
        title_uk=task["uk"],
        due=timezone.localdate() + timedelta(task["due_in"]),
        party=side[0] if side else None,
        **done,
    )


def _ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)
