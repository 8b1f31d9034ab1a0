"""Letters of invitation to cities that nobody speaks for, and what came of them."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User
from cities.models import City
from partnerships.interests.models import NotPossible, Party, named_by

AUDITED.update(
    {
        "city invited": _("city invited"),
        "city declined letters": _("a city declined further letters of invitation"),
        "invited city joined": _("invited city joined"),
    }
)
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian"))]
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""What is not mistaken for something else when it is typed from paper."""


def new_code() -> str:
    """What stands in the letter's address: short enough to be typed, too long to be guessed."""
    return get_random_string(12, READABLE)


def hashed(address: str) -> str:
    """What is kept of an address: it can be compared, not read, and not guessed without the portal's key."""
    return salted_hmac("city invitation", address.lower(), algorithm="sha256").hexdigest()


class CityInvitationQuerySet(models.QuerySet["CityInvitation"]):
    """Queries over letters of invitation."""

    def named(self) -> CityInvitationQuerySet:
        """With all that a list shows of them."""
        return self.select_related(*named_by("sender"), "city__country", "by")

    def at(self, code: str) -> CityInvitation | None:
        """The one whose letter has this code in its address."""
        return self.named().filter(code=code).first()

    def open(self) -> CityInvitationQuerySet:
        """Those that nobody has answered."""
        return self.filter(state__in=[CityInvitation.State.SENT, CityInvitation.State.PRINTED])

    def seen_by(self, user: User) -> CityInvitationQuerySet:
        """Those of the sides that the person speaks for."""
        return self.filter(sender__in=Party.objects.represented_by(user).values("pk"))

    def to(self, address: str) -> CityInvitationQuerySet:
        """Those that went to an address."""
        return self.filter(address_hash=hashed(address))

    def declined_by(self, address: str) -> CityInvitationQuerySet:
        """Those after which an address wants no more letters."""
        return self.to(address).filter(state=CityInvitation.State.DECLINED)

    def forget_addresses(self) -> int:
        """Erase the addresses that are needed no more; of how many. The rows stay, for the figures."""
        ended = self.exclude(email="").annotate(ended=Coalesce("answered_at", "sent_at"))
        return ended.filter(ended__lt=timezone.now() - CityInvitation.ADDRESS_KEPT).update(email="")

    def since(self, time: timedelta) -> CityInvitationQuerySet:
        """Those written in the last time, whatever came of them."""
        return self.filter(sent_at__gt=timezone.now() - time)


class CityInvitation(models.Model):
    """A letter in which a side invites a city that nobody speaks for: sent by e-mail, or printed."""

    AGAIN_AFTER = timedelta(days=30)
    ADDRESS_KEPT = timedelta(days=30)
    """How long after the answer, or the letter where none came, its address can be read."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        PRINTED = "printed", _("printed")
        DECLINED = "declined", _("declined")
        JOINED = "joined", _("joined")

    sender = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("from"))
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("city")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_("Where the letter went. Erased when the city joins, or after 30 days."),
    )
    address_hash = models.CharField(
        _("hash of the address"), max_length=64, blank=True, db_index=True, editable=False
    )
    language = models.CharField(
        _("language of the letter"),
        max_length=2,
        choices=LANGUAGES,
        help_text=_("Comes first in the letter; the other one follows."),
    )
    reasons = models.JSONField(
        _("reasons"), default=dict, blank=True, help_text=_("Of the match, as the letter names them.")
    )
    signature = models.CharField(_("signed by"), max_length=310, blank=True)
    code = models.CharField(_("code"), max_length=20, unique=True, default=new_code, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    sent_at = models.DateTimeField(_("written"), default=timezone.now)
    opened_at = models.DateTimeField(_("link opened"), null=True, blank=True)
    answered_at = models.DateTimeField(_("joined or declined"), null=True, blank=True)

    objects = CityInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a city")
        verbose_name_plural = _("invitations of cities")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | ~Q(address_hash=""), name="sent_city_invitation_has_address"
            ),
        ]
        indexes = [models.Index(fields=["sender", "sent_at"], name="city_invitations_of_side")]

    def __str__(self) -> str:
        return f"{self.sender} → {self.city}"

    def get_absolute_url(self) -> str:
        return reverse("city-letter", args=[self.pk])

    @property
    def named(self) -> list[str]:
        """The reasons in the reader's language."""
        return list(self.reasons.get((get_language() or "en")[:2], []))

    @property
    def apply_url(self) -> str:
        """Where one applies to speak for the city."""
        return reverse("apply-as", args=["mayor"], query={"city": self.city_id})

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.state in (self.State.SENT, self.State.PRINTED)

    def note_opened(self) -> None:
        """Its link was opened; the first time counts."""
        CityInvitation.objects.filter(pk=self.pk, opened_at=None).update(opened_at=timezone.now())

    def decline(self) -> None:
        """The city wants no such letters: none goes to this address any more. Raises NotPossible."""
        self._answer(self.State.DECLINED, None, "city declined letters")

    def join(self, *, by: User) -> None:
        """Somebody was approved for the city, so its address is needed no more. Raises NotPossible."""
        self.email = self.address_hash = ""
        self._answer(self.State.JOINED, by, "invited city joined")

    def _answer(self, state: str, by: User | None, action: str) -> None:
        with transaction.atomic():
            now = CityInvitation.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if not now.is_open:
                raise NotPossible(
                    _("This is not possible any more: the invitation is %(state)s.")
                    % {"state": now.get_state_display()}
                )
            self.state, self.answered_at = state, timezone.now()
            self.save(update_fields=["state", "answered_at", "email", "address_hash"])
            AuditEntry.note(by, action, self)
