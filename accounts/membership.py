"""A person's application to represent somebody, its review, and what follows.

Every change of state is a method that checks, saves, logs and announces in one transaction. It takes the
row's lock first, so of many who click at once one succeeds and the others read who was first.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import letters
from .models import AUDITED, AuditEntry, User
from .signals import membership_changed


class State(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


@dataclass(frozen=True)
class Action:
    """A change of state: what it is called, from which states it leads to which."""

    code: str
    label: Promise
    done: Promise
    since: frozenset[str]
    to: str
    needs_reason: bool = False


def _action(code: str, label: Promise, done: Promise, since: set[str], to: str, **more: Any) -> Action:
    return Action(code, label, done, frozenset(since), to, **more)


ACTIONS = {
    action.code: action
    for action in [
        # The applicant's
        _action("submit", _("Submit"), _("submitted"), {State.DRAFT}, State.SUBMITTED),
        _action(
            "withdraw",
            _("Withdraw"),
            _("withdrawn"),
            {State.DRAFT, State.SUBMITTED, State.APPROVED},
            State.WITHDRAWN,
        ),
        _action("reopen", _("Apply again"), _("reopened"), {State.REJECTED, State.WITHDRAWN}, State.DRAFT),
        # The reviewers'
        _action("approve", _("Approve"), _("approved"), {State.SUBMITTED}, State.APPROVED),
        _action(
            "ask",
            _("Ask for more"),
            _("sent back with a question"),
            {State.SUBMITTED},
            State.DRAFT,
            needs_reason=True,
        ),
        _action("reject", _("Reject"), _("rejected"), {State.SUBMITTED}, State.REJECTED, needs_reason=True),
        _action(
            "suspend", _("Suspend"), _("suspended"), {State.APPROVED}, State.SUSPENDED, needs_reason=True
        ),
        _action("reinstate", _("Reinstate"), _("reinstated"), {State.SUSPENDED}, State.APPROVED),
    ]
}
AUDITED.update({action.code: action.done for action in ACTIONS.values()})
OF_REVIEWERS = ("approve", "ask", "reject", "suspend", "reinstate")


class NotPossible(Exception):
    """The state has changed meanwhile, or never allowed this. `last` tells who changed it last, if known."""

    def __init__(self, membership: "Membership", last: AuditEntry | None) -> None:
        super().__init__(f"{membership}: {membership.state}")
        self.membership, self.last = membership, last

    @property
    def message(self) -> str:
        """A sentence for the person who was late."""
        state = self.membership.get_state_display()
        if self.last is None or self.last.actor is None:
            return _("This is not possible any more: the application is %(state)s.") % {"state": state}
        return _("Already decided by %(who)s: the application is %(state)s.") % {
            "who": self.last.actor,
            "state": state,
        }


def evidence_path(membership: "Membership", name: str) -> str:
    """A random name, so that nobody can guess an address or smuggle one in."""
    return f"evidence/{uuid4().hex}"


def private_storage() -> Storage:
    """Where files lie that no address leads to."""
    return storages["private"]


class MembershipQuerySet(models.QuerySet[Any]):
    """Queries over memberships of one kind."""

    def of(self, user: User) -> Self:
        """What a person applied for, newest first."""
        return self.filter(user=user).order_by("-id")

    def waiting(self) -> Self:
        """The reviewers' queue, oldest first."""
        return self.filter(state=State.SUBMITTED).order_by("applied_at", "id")

    def approved(self) -> Self:
        """Those who may act."""
        return self.filter(state=State.APPROVED)


class Membership(models.Model):
    """A person's application to represent somebody, its review and the decision."""

    REPRESENTED: ClassVar[str]  # the field that says whom
    State = State

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="%(class)s_memberships", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    full_name = models.CharField(
        _("full name"), max_length=150, blank=True, help_text=_("As it stands in official papers.")
    )
    function = models.CharField(
        _("function"),
        max_length=150,
        help_text=_("For instance mayor, deputy mayor, head of international relations."),
    )
    official_email = models.EmailField(
        _("official e-mail"),
        blank=True,
        help_text=_("An address at the institution. If it belongs to its website, the review is faster."),
    )
    evidence = models.FileField(
        _("evidence"),
        upload_to=evidence_path,
        storage=private_storage,
        blank=True,
        help_text=_(
            "A letter of appointment, a page of a decision, a business card: PDF, PNG or JPEG up to 10 MB. "
            "Only reviewers see it."
        ),
    )
    evidence_name = models.CharField(_("file name"), max_length=150, blank=True)
    evidence_type = models.CharField(_("file type"), max_length=20, blank=True)
    message = models.TextField(
        _("message to the reviewers"), max_length=2000, blank=True, help_text=_("Anything they should know.")
    )
    note = models.TextField(
        _("note of the reviewers"), max_length=2000, blank=True, help_text=_("The applicant reads this.")
    )
    applied_at = models.DateTimeField(_("applied"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("membership", args=[self.kind, self.pk])

    @property
    def represented(self) -> Any:
        """The city or organisation."""
        return getattr(self, self.REPRESENTED)

    @property
    def website(self) -> str:
        """The website of the city or organisation, as far as it is known."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """The word for this kind of membership in addresses."""
        raise NotImplementedError

    @property
    def vouched(self) -> str:
        """Who else says that the person is who they say, in a sentence for reviewers; empty for nobody."""
        return ""

    @property
    def is_approved(self) -> bool:
        """Whether the person may act for what they applied to represent."""
        return self.state == State.APPROVED

    @property
    def waiting_days(self) -> int:
        """Full days since the application."""
        return (timezone.now() - self.applied_at).days

    def can(self, code: str) -> bool:
        """Whether the state allows an action."""
        return self.state in ACTIONS[code].since

    @classmethod
    def of_this_kind(cls) -> MembershipQuerySet:
        """All rows of the class."""
        return MembershipQuerySet(cls)

    def colleagues(self) -> MembershipQuerySet:
        """Others who represent the same, or apply to."""
        others = self.of_this_kind().exclude(pk=self.pk)
        return others.filter(**{self.REPRESENTED: self.represented}).select_related("user")

    def alike(self) -> MembershipQuerySet:
        """Applications of the same kind that may be by the same person under another account."""
        same = Q(pk=None)
        if self.official_email:
            same |= Q(official_email__iexact=self.official_email)
        if self.full_name:
            same |= Q(full_name__iexact=self.full_name)
        others = self.of_this_kind().exclude(user=self.user)
        return others.filter(same).select_related("user", self.REPRESENTED)

    def forget_evidence(self) -> None:
        """Delete the file, and what it was called."""
        self.evidence.delete(save=False)
        self.evidence_name = self.evidence_type = ""
        self.save(update_fields=["evidence", "evidence_name", "evidence_type"])

    def submit(self) -> None:
        """Hand the draft in. Raises NotPossible, as all changes of state do where the state is another."""
        self._change("submit", self.user)

    def withdraw(self) -> None:
        """Take it back; the person represents nobody by it any more."""
        self._change("withdraw", self.user)

    def reopen(self) -> None:
        """Make a draft of what was rejected or withdrawn."""
        self._change("reopen", self.user)

    def approve(self, *, by: User, note: str = "") -> None:
        """Let the person act for what they represent."""
        self._change("approve", by, note)

    def ask(self, *, by: User, note: str) -> None:
        """Send it back with a question."""
        self._change("ask", by, note)

    def reject(self, *, by: User, note: str) -> None:
        """Turn it down, with the reason."""
        self._change("reject", by, note)

    def suspend(self, *, by: User, note: str) -> None:
        """Take the rights away for now, with the reason."""
        self._change("suspend", by, note)

    def reinstate(self, *, by: User, note: str = "") -> None:
        """Give the rights back."""
        self._change("reinstate", by, note)

    def decide(self, code: str, *, by: User, note: str = "") -> None:
        """Do what a reviewer chose: one of OF_REVIEWERS. Raises ValueError for anything else."""
        if code not in OF_REVIEWERS:
            raise ValueError(f"Reviewers cannot {code!r}.")
        self._change(code, by, note)

    def _change(self, code: str, by: User, note: str = "") -> None:
        action = ACTIONS[code]
        if action.needs_reason and not note.strip():
            raise ValueError(f"{code!r} needs a reason.")
        with transaction.atomic():
            before = self._locked()
            self.state = before.state
            if before.state not in action.since:
                raise NotPossible(before, AuditEntry.of(before).first())
            self.state, changed = action.to, ["state"]
            if code == "submit":
                self.applied_at = timezone.now()
                changed += ["applied_at"]
            if code in OF_REVIEWERS:
                self.note, self.decided_at, self.decided_by = note, timezone.now(), by
                changed += ["note", "decided_at", "decided_by"]
            self.save(update_fields=changed)
            AuditEntry.note(by, code, self, before=before.state, after=self.state, note=note)
            letters.membership_letter(self, code)
            membership_changed.send(sender=type(self), membership=self, action=code, by=by)

    def _locked(self) -> Self:
        """The row as it is now; nobody else changes it before the transaction ends."""
        return self.of_this_kind().select_for_update(of=("self",)).get(pk=self.pk)
