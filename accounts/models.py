"""People who sign in, the letters they get, and the log of who did what."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users; finds them by e-mail whatever its letters' case."""

    def never_confirmed(self, *, before: datetime) -> "models.QuerySet[User]":
        """Those who signed up before a moment, and never confirmed an address nor signed in."""
        waiting = self.filter(is_staff=False, last_login=None, date_joined__lt=before)
        return waiting.filter(emailaddress__verified=False).exclude(emailaddress__verified=True)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; signs in by e-mail."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("full name"), max_length=150, blank=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May open the administration pages.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick instead of deleting an account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("en", _("English")), ("uk", _("Ukrainian"))],
        default="en",
        help_text=_("The language of letters to this person."),
    )
    paces = models.JSONField(
        _("pace of letters"),
        default=dict,
        blank=True,
        help_text=_("By kind of notification, where the person has chosen: off, at once, daily or weekly."),
    )
    calendar_number = models.PositiveIntegerField(
        _("number of the calendar's address"), default=0, editable=False
    )
    deletion_asked_at = models.DateTimeField(
        _("deletion asked for"),
        null=True,
        blank=True,
        help_text=_("The account is deleted some days later, unless its owner changes their mind."),
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @classmethod
    def signed_in(cls, request: HttpRequest) -> "User":
        """The person who sent a request; for pages that only signed-in people reach."""
        assert isinstance(request.user, cls)
        return request.user

    @cached_property
    def unread(self) -> int:
        """How many notifications the person has not opened."""
        return self.notifications.unread().count()

    @cached_property
    def bouncing(self) -> "BouncingAddress | None":
        """That letters to the person come back, if they do."""
        return BouncingAddress.objects.of(self.email).first()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email


AUDITED: dict[str, Promise] = {
    "deletion asked for": _("asked for the account to be deleted"),
    "deletion called off": _("kept the account after all"),
    "account deleted": _("account deleted"),
    "evidence opened": _("opened the evidence"),
    "profile edited": _("profile edited"),
    "profile restored": _("an earlier version of the profile restored"),
}
"""What is done, by the code of its action; other modules add theirs."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Queries over the audit log."""

    def forget_words(self) -> int:
        """Take out what the objects were called and what was said of them; of how many entries.

        This is the one change of the log that the database allows.
        """
        erased = Func("details", Value("note"), template="%(expressions)s", arg_joiner=" - ")
        return self.update(about="", details=erased)


class AuditEntry(models.Model):
    """Who did what, when, to what. Only ever added to: the database refuses changes (see the migrations).

    The person is a row of User that is never deleted, only made anonymous. What the entry calls its object,
    and a note on it, may name somebody: these two can be erased, and nothing else.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"),
        help_text=_("Empty: the portal itself."),
    )  # fmt: skip
    action = models.CharField(_("what"), max_length=40)
    content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of object")
    )
    object_id = models.BigIntegerField(_("object's number"))
    object = GenericForeignKey("content_type", "object_id")
    about = models.CharField(_("object"), max_length=250, help_text=_("As it was called then."))
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.action}: {self.about}"

    @property
    def done(self) -> str:
        """What was done, in words."""
        return str(AUDITED.get(self.action, self.action))

    @classmethod
    def note(cls, actor: User | None, action: str, about: models.Model, **details: Any) -> "AuditEntry":
        """Add an entry; call it in the transaction of what it tells of."""
        return cls.objects.create(
            actor=actor, action=action, object=about, about=str(about)[:250], details=details
        )

    @classmethod
    def of(cls, subject: models.Model) -> "models.QuerySet[AuditEntry]":
        """The entries about an object, newest first, with their actors."""
        kind = ContentType.objects.get_for_model(subject)
        return cls.objects.filter(content_type=kind, object_id=subject.pk).select_related("actor")


class LetterQuerySet(models.QuerySet["Letter"]):
    """Queries over letters."""

    def addressed_to(self, *emails: str) -> "LetterQuerySet":
        """Those to some addresses, whatever their letters' case."""
        small = [email.lower() for email in emails]
        return self.annotate(address=Lower("to")).filter(address__in=small)


class Letter(models.Model):
    """An e-mail to be sent: written in the transaction of what it tells of, sent by the worker."""

    MAX_ATTEMPTS = 10

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("text as HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    not_before = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="pending"), name="letters_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class BouncingAddressQuerySet(models.QuerySet["BouncingAddress"]):
    """Queries over addresses whose letters come back."""

    def of(self, *emails: str) -> "BouncingAddressQuerySet":
        """Those among some addresses, whatever their letters' case."""
        return self.filter(address__in=[email.lower() for email in emails])


class BouncingAddress(models.Model):
    """An e-mail address whose mail server says that there is nobody; no more letters are written to it."""

    address = models.EmailField(_("e-mail"), unique=True, help_text=_("In small letters."))
    since = models.DateTimeField(_("since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=500, help_text=_("What the mail server answered."))

    objects = BouncingAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address whose letters come back")
        verbose_name_plural = _("addresses whose letters come back")
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.address


class Pace(models.TextChoices):
    """How soon a notification comes by letter."""

    AT_ONCE = "at-once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    OFF = "off", _("not by letter")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Queries over notifications."""

    def unread(self) -> "NotificationQuerySet":
        """Those that the person has not opened."""
        return self.filter(read_at=None)

    def for_a_digest(self) -> "NotificationQuerySet":
        """Those that wait for a daily or weekly letter."""
        return self.unread().filter(mailed_at=None, pace__in=(Pace.DAILY, Pace.WEEKLY))


class Notification(models.Model):
    """Something a person is told: in the portal's list, and by letter at the pace they chose.

    It is put into words when it is read, in the reader's language, from a template and `words`.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=30)
    template = models.CharField(_("template"), max_length=60)
    words = models.JSONField(_("words"), default=dict)
    url = models.CharField(_("address"), max_length=500, help_text=_("Of the English page."))
    key = models.CharField(
        _("key"),
        max_length=100,
        blank=True,
        help_text=_("Nobody is told the same twice who was told it by this key."),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    pace = models.CharField(
        _("pace"),
        max_length=10,
        choices=Pace,
        default=Pace.AT_ONCE,
        help_text=_("How soon it comes by letter."),
    )
    mailed_at = models.DateTimeField(_("written in a letter"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "key"], condition=~models.Q(key=""), name="notification_once_a_key"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_of"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notifications_unread"),
            models.Index(
                fields=["user", "at"],
                condition=models.Q(mailed_at=None, read_at=None, pace__in=("daily", "weekly")),
                name="notifications_for_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.template}"
