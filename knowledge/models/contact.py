"""Letters to the administrators, written on the contact page."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    """Queries over letters to the administrators."""

    def waiting(self) -> ContactMessageQuerySet:
        """Those that nobody has answered, oldest first."""
        return self.filter(answered_at=None).order_by("at", "pk")

    def same_lately(self, message: str) -> ContactMessageQuerySet:
        """Those of the last day that say the same."""
        return self.filter(message=message, at__gt=timezone.now() - ContactMessage.SAME_FOR)

    def erase_old(self) -> int:
        """Erase those that are kept no longer, answered or not; how many."""
        return self.filter(at__lt=timezone.now() - ContactMessage.KEPT).delete()[0]


class ContactMessage(models.Model):
    """What somebody wrote to the administrators. It is erased after KEPT."""

    KEPT = timedelta(days=180)
    SAME_FOR = timedelta(days=1)
    LONGEST = 5000  # characters

    class Subject(models.TextChoices):
        QUESTION = "question", _("A question")
        MEMBERSHIP = "membership", _("Membership and approval")
        CORRECTION = "correction", _("Something is wrong on a page")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        PRIVACY = "privacy", _("My data and privacy")
        SECURITY = "security", _("A weakness in security")
        OTHER = "other", _("Something else")

    at = models.DateTimeField(_("written"), default=timezone.now, db_index=True)
    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), help_text=_("The answer goes there."))
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    message = models.TextField(_("message"), max_length=LONGEST)
    language = models.CharField(
        _("language"), max_length=2, help_text=_("Of the page on which it was written.")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_messages",
        verbose_name=_("account"),
        help_text=_("Empty: the writer was not signed in, and nothing proves the address."),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to the administrators")
        verbose_name_plural = _("messages to the administrators")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.name}"

    @property
    def waiting_days(self) -> int:
        """Full days since it was written."""
        return (timezone.now() - self.at).days

    @property
    def erased_on(self) -> object:
        """The day on which it is erased."""
        return timezone.localdate(self.at + self.KEPT)

    def mark_answered(self, *, by: User) -> None:
        """Note that it is answered; the first to say so stays noted."""
        ContactMessage.objects.filter(pk=self.pk, answered_at=None).update(
            answered_at=timezone.now(), answered_by=by
        )
