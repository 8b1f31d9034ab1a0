"""Reviewing memberships in the administration: the queue, the page of one application, the decisions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from . import evidence
from .membership import ACTIONS, OF_REVIEWERS, Action, Membership, NotPossible, State
from .models import AuditEntry, User

FREE_MAIL = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com",
    "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "ukr.net", "i.ua", "meta.ua", "wp.pl",
    "o2.pl", "onet.pl", "seznam.cz", "libero.it", "orange.fr", "free.fr",
}  # fmt: skip
NOTHING_RUNS = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'"


@dataclass(frozen=True)
class Sign:
    """Something that speaks for an application (True), against it (False), or neither (None)."""

    speaks_for: bool | None
    text: str


def domain_of(address: str) -> str:
    """The domain of an e-mail or web address in lower case, without www; empty if there is none."""
    domain = address.rpartition("@")[2] if "@" in address else (urlsplit(address).hostname or "")
    return domain.lower().removeprefix("www.")


def is_same_domain(one: str, other: str) -> bool:
    """Whether two domains are the same, or one belongs to the other."""
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def signs(membership: Membership) -> list[Sign]:
    """What a reviewer should know of an application, from what the portal can compare."""
    vouched = [Sign(True, text)] if (text := membership.vouched) else []
    return [*vouched, *_signs_of_address(membership), *_signs_of_others(membership)]


def _signs_of_address(membership: Membership) -> Iterator[Sign]:
    domain, website = domain_of(membership.official_email), domain_of(membership.website)
    if not domain:
        yield Sign(False, _("There is no official e-mail."))
        return
    if is_same_domain(domain, website):
        yield Sign(True, _("The official e-mail belongs to the website %(site)s.") % {"site": website})
    elif domain in FREE_MAIL:
        yield Sign(False, _("The official e-mail is at a free mail service: %(site)s.") % {"site": domain})
    elif website:
        yield Sign(
            False, _("The official e-mail does not belong to the website %(site)s.") % {"site": website}
        )
    else:
        yield Sign(None, _("No website is known to compare the official e-mail with."))
    proved = EmailAddress.objects.filter(
        user=membership.user, verified=True, email__iexact=membership.official_email
    ).exists()
    yield Sign(
        proved or None,
        _("The applicant has proved to read the official e-mail.")
        if proved
        else _("Nobody has proved yet to read the official e-mail."),
    )


def _signs_of_others(membership: Membership) -> Iterator[Sign]:
    domain = domain_of(membership.official_email)
    for one in membership.colleagues().approved():
        if domain and domain not in FREE_MAIL and is_same_domain(domain, domain_of(one.official_email)):
            yield Sign(
                True,
                _("%(who)s, approved already, has an e-mail at the same domain.") % {"who": one.full_name},
            )
    for one in membership.alike():
        yield Sign(
            False,
            _("Possibly the same person under another account: %(who)s (%(about)s, %(state)s).")
            % {"who": one.user.email, "about": one.represented, "state": one.get_state_display()},
        )


class QueueFilter(admin.SimpleListFilter):
    """Shows what waits unless another state is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"
    states: Any = State

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("all", gettext_lazy("All")),
            *[choice for choice in self.states.choices if choice[0] != self.states.SUBMITTED],
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("Waiting")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None:
                return queryset.filter(state=self.states.SUBMITTED)
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class MembershipAdmin(admin.ModelAdmin):
    """The queue of one kind of membership, oldest first. Nothing is edited here, only decided."""

    is_queue = True  # an empty page says where what was decided has gone
    change_form_template = "admin/review.html"
    date_hierarchy = "applied_at"
    list_display = ["__str__", "user", "function", "state", "applied_at", "waits", "decided_by"]
    ordering = ["applied_at", "id"]
    list_per_page = 50
    show_full_result_count = False
    actions = [f"bulk_{code}" for code in OF_REVIEWERS]

    @admin.display(description=gettext_lazy("waiting days"), ordering="applied_at")
    def waits(self, membership: Membership) -> int | None:
        """Days since it was handed in, while it waits."""
        return membership.waiting_days if membership.state == State.SUBMITTED else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap: Callable[..., Any] = self.admin_site.admin_view
        return [
            path("<int:number>/evidence/", wrap(require_safe(self.evidence)), name=f"{name}_evidence"),
            path("<int:number>/preview/", wrap(require_safe(self.preview)), name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_change_permission(request):
            return {}
        return {
            f"bulk_{code}": (_bulk_action(code), f"bulk_{code}", ACTIONS[code].label) for code in OF_REVIEWERS
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything needed to decide on one application, and the decision."""
        membership = self.get_object(request, object_id)
        if membership is None:
            raise Http404
        if not self.has_view_or_change_permission(request, membership):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request, membership):
                raise PermissionDenied
            if self.decide(request, [membership]):
                return HttpResponseRedirect(self.queue())
        membership = self.get_object(request, object_id)
        assert membership is not None
        possible = [ACTIONS[code] for code in OF_REVIEWERS if membership.can(code)]
        context = {
            **self.admin_site.each_context(request),
            "title": str(membership),
            "opts": self.opts,
            "membership": membership,
            "signs": signs(membership),
            "colleagues": membership.colleagues().order_by("state", "id"),
            "history": AuditEntry.of(membership),
            "actions": possible if self.has_change_permission(request, membership) else [],
            "typed": request.POST.get("note", "")[:2000],
            "queue": self.queue(),
            "may_decide": self.has_change_permission(request, membership),
            **self.more_context(membership),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def more_context(self, membership: Membership) -> dict[str, Any]:
        """What the page of an application shows beside what all kinds have."""
        return {}

    def selected(self, request: HttpRequest) -> list[Membership]:
        """What was ticked, also what somebody else has decided since and the queue shows no more."""
        ticked = [number for number in request.POST.getlist("_selected_action") if number.isdecimal()]
        return list(self.get_queryset(request).filter(pk__in=ticked))

    def queue(self) -> str:
        """The address of the queue."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def decide(self, request: HttpRequest, chosen: list[Membership]) -> bool:
        """Do what the form says with each of these, and say what happened; whether anything was done."""
        code, note = (
            request.POST.get("decision", ""),
            request.POST.get("note", "").replace("\x00", "").strip(),
        )
        action = ACTIONS.get(code) if code in OF_REVIEWERS else None
        if action is None:
            messages.error(request, _("Choose a decision."))
            return False
        if action.needs_reason and not note:
            messages.error(request, _("Write the reason: the applicant reads it."))
            return False
        if len(note) > 2000:
            messages.error(request, _("The reason is too long: 2,000 characters at most."))
            return False
        return self._decide_each(request, chosen, action, note)

    def _decide_each(self, request: HttpRequest, chosen: list[Membership], action: Action, note: str) -> bool:
        done = 0
        for membership in chosen:
            try:
                membership.decide(action.code, by=User.signed_in(request), note=note)
                done += 1
            except NotPossible as late:
                messages.error(request, f"{membership}: {late.message}")
        if done:
            text = ngettext("%(count)s application: %(done)s.", "%(count)s applications: %(done)s.", done)
            messages.success(request, text % {"count": done, "done": action.done})
        return bool(done)

    def evidence(self, request: HttpRequest, number: int) -> HttpResponse | FileResponse:
        """The uploaded file, to be saved; nothing in it runs. Noted in the audit log."""
        membership = self._with_evidence(request, number)
        AuditEntry.note(User.signed_in(request), "evidence opened", membership)
        ending = evidence.ENDINGS.get(membership.evidence_type, "")
        response = FileResponse(
            membership.evidence.open("rb"),
            as_attachment=True,
            filename=f"evidence-{number}{ending}",
            content_type=membership.evidence_type or "application/octet-stream",
        )
        return _harmless(response)

    def preview(self, request: HttpRequest, number: int) -> HttpResponse:
        """The first page of the evidence as a picture made anew."""
        membership = self._with_evidence(request, number)
        try:
            with membership.evidence.open("rb") as file:
                picture = evidence.preview(file, membership.evidence_type)
        except (ValueError, FileNotFoundError) as error:
            raise Http404 from error
        return _harmless(HttpResponse(picture, content_type="image/png"))

    def _with_evidence(self, request: HttpRequest, number: int) -> Membership:
        membership = self.get_object(request, str(number))
        if membership is None or not membership.evidence:
            raise Http404
        if not self.has_change_permission(request, membership):
            raise PermissionDenied
        return membership


def _harmless(response: Any) -> Any:
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _bulk_action(code: str) -> Callable[..., HttpResponse | None]:
    """An action of the queue: asks for the reason on a page of its own, then decides each."""

    def decide(
        model_admin: MembershipAdmin, request: HttpRequest, chosen: QuerySet[Any]
    ) -> HttpResponse | None:
        memberships = model_admin.selected(request)
        if "decision" in request.POST and model_admin.decide(request, memberships):
            return None
        context = {
            **model_admin.admin_site.each_context(request),
            "title": ACTIONS[code].label,
            "opts": model_admin.opts,
            "action": ACTIONS[code],
            "memberships": memberships,
            "typed": request.POST.get("note", "")[:2000],
        }
        return TemplateResponse(request, "admin/review_many.html", context)

    return decide
