"""A conversation of two sides, its messages and files, and who has read how far."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.membership import private_storage
from accounts.models import User
from cities.models import in_active_language
from partnerships.interests.models import Party
from partnerships.interests.two_sides import TwoSides, TwoSidesQuerySet


class ConversationQuerySet(TwoSidesQuerySet["Conversation"]):
    """Queries over conversations."""

    def begin(self, one: Party, other: Party) -> Conversation:
        """The conversation of two sides, made where there is none."""
        low, high = sorted((one.pk, other.pk))
        return self.get_or_create(one_id=low, other_id=high)[0]

    def with_unread(self, user: User) -> ConversationQuerySet:
        """With `has_unread`: whether there is a message by others that the person has not seen."""
        return self.annotate(has_unread=_unread(user))

    def unread_by(self, user: User) -> ConversationQuerySet:
        """Those with a message by others that the person has not seen."""
        return self.filter(_unread(user))


def _unread(user: User) -> Exists:
    seen = LastRead.objects.filter(conversation=OuterRef("conversation"), user=user)
    newer = (
        Message.objects.filter(conversation=OuterRef("pk"))
        .exclude(by=user)
        .alias(seen=Subquery(seen.values("message")[:1]))
        .filter(Q(seen__isnull=True) | Q(pk__gt=F("seen")))
    )
    return Exists(newer)


class Conversation(TwoSides):
    """What two sides write to each other."""

    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    latest_at = models.DateTimeField(_("last message"), default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-latest_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="conversation_sides_in_order"),
            models.UniqueConstraint(fields=["one", "other"], name="conversation_once_a_pair"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.pk])


class Message(models.Model):
    """What a person wrote for their side: in one language, or in both side by side."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", verbose_name=_("conversation")
    )
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("side"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    text_en = models.TextField(_("text in English"), max_length=5000, blank=True)
    text_uk = models.TextField(_("text in Ukrainian"), max_length=5000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    once = models.UUIDField(
        _("key of the form"),
        default=uuid4,
        unique=True,
        help_text=_("The form it was written in: sent twice, it is one message."),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text_en="", text_uk=""), name="message_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def text(self) -> str:
        """The text in the reader's language, or in the one there is."""
        return in_active_language(self.text_en, self.text_uk)


def attachment_path(attachment: Attachment, name: str) -> str:
    """A random name: nobody can guess an address or smuggle one in."""
    return f"conversations/{uuid4().hex}"


class Attachment(models.Model):
    """A file of a message, checked by its content; only those of the conversation get it."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("message")
    )
    file = models.FileField(_("file"), upload_to=attachment_path, storage=private_storage)
    file_name = models.CharField(_("file name"), max_length=150)
    type = models.CharField(_("file type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("conversation-file", args=[self.message.conversation_id, self.pk])


class LastRead(models.Model):
    """How far a person has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message = models.PositiveBigIntegerField(_("last message seen"))

    class Meta:
        verbose_name = _("how far somebody has read")
        verbose_name_plural = _("how far people have read")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="last_read_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.message}"
