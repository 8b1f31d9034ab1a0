"""What knowledge does when lower apps announce something, or when rows with files go."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import FileField
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.forgetting import forget_words
from accounts.models import User
from accounts.own_data import row
from accounts.signals import collecting_own_data, deleting_account
from cities.signals import demonstration_loading

from .models import Article, ArticlePicture
from .news import demo


@receiver(collecting_own_data)
def own_messages(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """What the person wrote to the administrators while signed in, and articles."""
    return {
        "messages to the administrators": [row(one) for one in user.contact_messages.all()],
        "articles": [row(one) for one in Article.objects.filter(author=user)],
    }


@receiver(deleting_account)
def erase_messages(user: User, **kwargs: Any) -> None:
    """What the person wrote to the administrators goes with the account."""
    forget_words(user.contact_messages.all())
    user.contact_messages.all().delete()


@receiver(demonstration_loading)
def add_demonstration_news(**_announced: Any) -> None:
    """A demonstration has news."""
    demo.add_articles()


@receiver(post_delete, sender=Article)
@receiver(post_delete, sender=ArticlePicture)
def remove_files(instance: Any, **kwargs: Any) -> None:
    """The files of what is deleted go once that is sure."""
    fields = (field for field in instance._meta.concrete_fields if isinstance(field, FileField))
    for file in filter(None, (getattr(instance, field.name) for field in fields)):
        transaction.on_commit(partial(file.storage.delete, file.name))
