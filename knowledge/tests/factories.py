"""Practices and what is written about them, for tests."""

from datetime import date

from django.utils import timezone
from factory import PostGeneration, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from cities.tests.factories import CityFactory
from knowledge.models import Adoption, Practice, PracticeQuestion, PracticeResult


def add_topics(practice: Practice, create: bool, topics: list[str] | None, **_: object) -> None:
    """Save its topics: water, unless others are given by their codes."""
    if create:
        practice.topics.set(["water"] if topics is None else topics)


def add_results(practice: Practice, create: bool, indicators: list[str] | None, **_: object) -> None:
    """Save a figure for each indicator in Ukrainian."""
    for indicator in indicators or []:
        PracticeResult.objects.create(practice=practice, indicator_uk=indicator, before="31", after="6.5")
    if create:
        practice.save()  # with the words of its results


class PracticeFactory(DjangoModelFactory[Practice]):
    """A draft that could be handed in; `published=True` makes it public."""

    class Meta:
        model = Practice
        skip_postgeneration_save = True

    class Params:
        published = Trait(state="published", published_at=timezone.now(), submitted_at=timezone.now())
        submitted = Trait(state="submitted", submitted_at=timezone.now())

    city = SubFactory(CityFactory)
    title_en = Sequence(lambda n: f"Practice {n}")
    title_uk = Sequence(lambda n: f"Практика {n}")
    problem_en = "Leaking pipes."
    done_en = "New pipes."
    lessons_en = "Begin with the oldest street."
    started_on = date(2020, 5, 1)
    topics = PostGeneration(add_topics)
    results = PostGeneration(add_results)


class PracticeQuestionFactory(DjangoModelFactory[PracticeQuestion]):
    """A question that waits for an answer; say for which `party`."""

    class Meta:
        model = PracticeQuestion

    practice = SubFactory(PracticeFactory, published=True)
    asked_by = SubFactory(UserFactory)
    text = "How did you find the leaks?"


class AdoptionFactory(DjangoModelFactory[Adoption]):
    """Another city did the same."""

    class Meta:
        model = Adoption

    practice = SubFactory(PracticeFactory, published=True)
    city = SubFactory(CityFactory)
    by = SubFactory(UserFactory)
    since = 2024
    text_en = "It works here too."
