"""Demonstration news: articles that say they are invented, dated from the day of loading."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cities.demo import take_new_parts
from knowledge.models import Article
from knowledge.models.news import LANGUAGES, TEXTS

FILE = Path(__file__).resolve().parent.parent / "data" / "demo_news.json"


@transaction.atomic
def add_articles() -> int:
    """Add the articles of the file, once; how many."""
    if not take_new_parts([FILE.stem]):
        return 0
    there = set(Article.objects.values_list("slug", flat=True))
    entries = [one for one in json.loads(FILE.read_text(encoding="utf-8")) if one["slug"] not in there]
    for entry in entries:
        texts = {f"{name}_{language}": entry[name][language] for name in TEXTS for language in LANGUAGES}
        at = timezone.now() - timedelta(days=entry["days_ago"])
        Article.objects.create(slug=entry["slug"], publish_at=at, is_demonstration=True, **texts)
    return len(entries)
