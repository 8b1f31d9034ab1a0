"""Invitations of businesses by cities, and the files they are read from."""

from datetime import timedelta
from hashlib import sha256

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User
from cities.models import City

AUDITED.update(
    {
        "businesses invited": _("businesses invited"),
        "invitation sent again": _("invitation sent again"),
        "invitation withdrawn": _("invitation withdrawn"),
        "invitation accepted": _("invitation accepted"),
        "invitation declined": _("invitation declined"),
    }
)


class NotPossible(Exception):
    """The invitation allows this no more, or not yet; the message says why, to a person."""


class BusinessImport(models.Model):
    """A file with a list of businesses, read and waiting to be confirmed; forgotten after some days."""

    KEPT = timedelta(days=7)

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city"))
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    file_name = models.CharField(_("file name"), max_length=150)
    headings = models.JSONField(_("headings"))
    rows = models.JSONField(_("rows"), help_text=_("Of each row its number in the file and its cells."))
    created_at = models.DateTimeField(_("read"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of businesses")
        verbose_name_plural = _("lists of businesses")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("city-invitations-list", args=[self.city.country_id.lower(), self.city.slug, self.pk])


def hashed(token: str) -> str:
    """What is kept of the secret in an invitation's link, 64 hexadecimal digits."""
    return sha256(token.encode()).hexdigest()


class BusinessInvitationQuerySet(models.QuerySet["BusinessInvitation"]):
    """Queries over invitations."""

    def open(self) -> "BusinessInvitationQuerySet":
        """Those that can be answered, or are about to be sent."""
        return self.filter(state=BusinessInvitation.State.SENT, expires_at__gt=timezone.now())

    def at(self, token: str) -> "BusinessInvitation | None":
        """The invitation whose letter has this secret in its link."""
        return self.select_related("city__country").filter(token_hash=hashed(token)).first()

    def expire(self) -> int:
        """Note which were not answered in time; how many."""
        late = self.filter(state=BusinessInvitation.State.SENT, expires_at__lte=timezone.now())
        return late.update(state=BusinessInvitation.State.EXPIRED)

    def forget_addresses(self) -> int:
        """Erase the addresses of those that ended some time ago; of how many. The rows stay, for the figures.

        One that expired can still be sent again until then.
        """
        ended = self.exclude(state=BusinessInvitation.State.SENT).exclude(email="")
        past = timezone.now() - BusinessInvitation.ADDRESS_KEPT
        old = ended.annotate(ended=Coalesce("answered_at", "expires_at")).filter(ended__lt=past)
        return old.update(email="")


class BusinessInvitation(models.Model):
    """A business that a city invites. Nothing of it is public, whatever becomes of the invitation.

    The worker writes the letter while `sent_at` is empty, and makes the secret in its link then: who
    invites never sees it, and only its hash is kept.
    """

    VALID = timedelta(days=30)
    ADDRESS_KEPT = timedelta(days=30)
    """How long after its end the address can be read."""
    BETWEEN_LETTERS = timedelta(days=1)
    MOST_LETTERS = 3

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="business_invitations", verbose_name=_("city")
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    name = models.CharField(_("name"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=50, blank=True)
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_("Where the letter goes. Erased 30 days after the invitation ended."),
    )
    language = models.CharField(
        _("language of the letter"),
        max_length=2,
        choices=[("en", _("English")), ("uk", _("Ukrainian"))],
        help_text=_("Comes first in the letter; the other one follows."),
    )
    profile = models.JSONField(_("profile"), default=dict, help_text=_("What the city says of the business."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    token_hash = models.CharField(_("hash of the secret"), max_length=64, blank=True, editable=False)
    letters = models.PositiveSmallIntegerField(_("letters sent"), default=0)
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    sent_at = models.DateTimeField(_("last letter"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"))
    answered_at = models.DateTimeField(_("answered or withdrawn"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered or withdrawn by"),
    )
    membership = models.OneToOneField(
        "partnerships.OrganisationMember",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("application"),
    )

    objects = BusinessInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a business")
        verbose_name_plural = _("invitations of businesses")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="invitation_secret_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state="sent", sent_at__isnull=True), name="invitations_to_send"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.state == self.State.SENT and self.expires_at > timezone.now()

    @property
    def can_be_sent_again(self) -> bool:
        """Whether another letter may go out today."""
        return (
            self.state in (self.State.SENT, self.State.EXPIRED)
            and self.email != ""
            and self.sent_at is not None
            and self.sent_at + self.BETWEEN_LETTERS <= timezone.now()
            and self.letters < self.MOST_LETTERS
        )

    def send_again(self, *, by: User) -> None:
        """Have the worker write another letter, with a new link and a new time. Raises NotPossible."""
        with transaction.atomic():
            now = self._locked()
            if not now.can_be_sent_again:
                raise NotPossible(
                    _("No letter was sent: there is one letter a day at most, and three letters in all.")
                )
            self.state, self.sent_at = self.State.SENT, None
            self.expires_at = timezone.now() + self.VALID
            self.save(update_fields=["state", "sent_at", "expires_at"])
            AuditEntry.note(by, "invitation sent again", self)

    def withdraw(self, *, by: User) -> None:
        """Take it back: its link opens nothing any more. Raises NotPossible."""
        self._end(self.State.WITHDRAWN, by)

    def decline(self, *, by: User | None) -> None:
        """The business does not want to. Raises NotPossible."""
        self._end(self.State.DECLINED, by)

    def accept(self, *, by: User) -> None:
        """The business applies by it. Raises NotPossible."""
        self._end(self.State.ACCEPTED, by)

    def _end(self, state: str, by: User | None) -> None:
        with transaction.atomic():
            now = self._locked()
            if not now.is_open and not (state == self.State.WITHDRAWN and now.state == self.State.EXPIRED):
                raise NotPossible(
                    _("This is not possible any more: the invitation is %(state)s.")
                    % {"state": now.get_state_display()}
                )
            self.state, self.answered_at, self.answered_by = state, timezone.now(), by
            self.save(update_fields=["state", "answered_at", "answered_by"])
            AuditEntry.note(by, f"invitation {state}", self)

    def _locked(self) -> "BusinessInvitation":
        """The row as it is now; nobody else changes it before the transaction ends."""
        return BusinessInvitation.objects.select_for_update(of=("self",)).get(pk=self.pk)
