"""Demonstration practices: invented, marked so on every page. data/demo_practices.json has their texts."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cities.demo import take_new_parts
from cities.models import City, Mayor
from knowledge.models import Adoption, Practice, PracticeDocument, PracticeQuestion, PracticeResult
from partnerships.models import Party
from projects import documents
from projects.models import Project

FILE = Path(__file__).resolve().parent / "data" / "demo_practices.json"
PLAIN = ("slug", "cost", "currency", "started_on", "ended_on", "goals", "sizes")
TEXTS = ("title", "problem", "done", "lessons")
DAYS_APART = 11  # between one publication and the next


def read_practices() -> list[dict[str, Any]]:
    """The demonstration practices: their city, texts in both languages, results, adoptions, questions."""
    entries: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return entries


@transaction.atomic
def add_practices(approver: User | None) -> int:
    """Add those of demonstration cities, once; how many."""
    if not take_new_parts([FILE.stem]):
        return 0
    cities = City.objects.filter(profile__is_demonstration=True).in_bulk()
    there = set(Practice.objects.values_list("slug", flat=True))
    entries = [one for one in read_practices() if one["city"] in cities and one["slug"] not in there]
    for place, entry in enumerate(entries):
        _Making(entry, cities, place * DAYS_APART, approver).all()
    return len(entries)


class _Making:
    """One practice of the file, published some days ago."""

    def __init__(
        self, entry: dict[str, Any], cities: dict[int, City], days_ago: int, approver: User | None
    ) -> None:
        self.entry, self.cities, self.approver = entry, cities, approver
        is_public = entry["state"] == Practice.State.PUBLISHED
        self.at = timezone.now() - timedelta(days=days_ago + 1 if is_public else 2)
        self.city = cities[entry["city"]]
        self.author = _mayor_of(self.city)

    def all(self) -> None:
        """The practice with everything that belongs to it."""
        self.practice = self._practice()
        self._results()
        if self.entry["paper"]:
            self._paper()
        if self.entry["project"]:
            self.practice.projects.set(Project.objects.published().filter(city=self.city)[:1])
        for one in self.entry["adoptions"]:
            self._adopted(one)
        for one in self.entry["questions"]:
            self._asked(one)
        self.practice.save()  # with the words of its results

    def _practice(self) -> Practice:
        entry, state = self.entry, Practice.State(self.entry["state"])
        is_decided = state in (Practice.State.PUBLISHED, Practice.State.SENT_BACK)
        practice = Practice.objects.create(
            city=self.city,
            state=state,
            is_demonstration=True,
            created_by=self.author,
            contact_name=entry["contact"]["uk" if self.city.country_id == "UA" else "en"],
            contact_email=f"practices@{self.city.slug}.demo.example",
            created_at=self.at,
            updated_at=self.at,
            submitted_at=self.at,
            published_at=self.at if state == Practice.State.PUBLISHED else None,
            decided_at=self.at if is_decided else None,
            decided_by=self.approver if is_decided else None,
            note=entry.get("note", ""),
            **{name: entry[name] for name in PLAIN},
            **{f"{name}_{language}": text for name in TEXTS for language, text in entry[name].items()},
        )
        practice.topics.set(entry["topics"])
        return practice

    def _results(self) -> None:
        PracticeResult.objects.bulk_create(
            PracticeResult(
                practice=self.practice,
                before=one["before"],
                after=one["after"],
                **{
                    f"{name}_{language}": text
                    for name in ("indicator", "unit")
                    for language, text in one[name].items()
                },
            )
            for one in self.entry["results"]
        )

    def _paper(self) -> None:
        """The figures as a table that others can use."""
        written = io.StringIO()
        rows = csv.writer(written)
        rows.writerow(["Demonstration: invented figures", "before", "after", "unit"])
        for one in self.entry["results"]:
            rows.writerow([one["indicator"]["en"], one["before"], one["after"], one["unit"]["en"]])
        file = ContentFile(written.getvalue().encode(), name="figures.csv")
        paper = PracticeDocument(
            practice=self.practice, title_en="The figures as a table", title_uk="Показники таблицею"
        )
        paper.replace_file(file, documents.check(file), by=self.author)
        paper.save()

    def _adopted(self, one: dict[str, Any]) -> None:
        city = self.cities.get(one["city"])
        by = _mayor_of(city) if city else None
        if city and by:
            Adoption.objects.create(
                practice=self.practice,
                city=city,
                by=by,
                since=one["since"],
                text_en=one["text"]["en"],
                text_uk=one["text"]["uk"],
                at=self.at + timedelta(days=2),
                is_demonstration=True,
            )

    def _asked(self, one: dict[str, Any]) -> None:
        city = self.cities.get(one["city"])
        by = _mayor_of(city) if city else None
        if city and by and self.author:
            PracticeQuestion.objects.create(
                practice=self.practice,
                party=Party.objects.of(city),
                asked_by=by,
                asked_at=self.at,
                text=one["text"],
                answer=one["answer"],
                answered_by=self.author,
                answered_at=self.at + timedelta(days=1),
            )


def _mayor_of(city: City) -> User | None:
    first = Mayor.objects.approved().filter(city=city).select_related("user").order_by("pk").first()
    return first.user if first else None
