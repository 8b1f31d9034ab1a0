"""Articles and messages for tests."""

from datetime import timedelta

from django.utils import timezone
from factory import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from knowledge.models import Article, ContactMessage


class ArticleFactory(DjangoModelFactory[Article]):
    """An article in both languages, public since yesterday."""

    class Meta:
        model = Article

    title_en = Sequence(lambda n: f"A bridge is open {n}")
    title_uk = Sequence(lambda n: f"Міст відкрито {n}")
    summary_en = "Two cities built it."
    summary_uk = "Його збудували два міста."
    body_en = "It was *built* in a year."
    body_uk = "Його *збудували* за рік."
    publish_at = LazyFunction(lambda: timezone.now() - timedelta(days=1))


class ContactMessageFactory(DjangoModelFactory[ContactMessage]):
    """A message that waits for its answer."""

    class Meta:
        model = ContactMessage

    name = "Olena"
    email = "olena@example.org"
    subject = "question"
    message = Sequence(lambda n: f"How does one find a partner city? ({n})")
    language = "en"
