"""The desk: what a signed-in person finds first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.membership import Membership, State
from accounts.models import User
from cities.completeness import Completeness, completeness
from cities.kinds import kinds, memberships_of
from cities.models import City
from events.guests.opened import OF_GUESTS
from events.models import MeetingRequest
from knowledge.models import Practice, PracticeQuestion
from knowledge.models.practices import PUBLISH_RIGHT
from partnerships.businesses.proposals import BusinessProposal, best_proposals
from partnerships.invitations.open_here import OF_BUSINESSES, OF_CITIES
from partnerships.models import (
    Conversation,
    IntegrityDeclaration,
    Interest,
    Organisation,
    Partnership,
    Party,
    ScoringJob,
)
from partnerships.project_matches import funders, suppliers
from partnerships.project_matches.asked import asking
from partnerships.project_matches.proposal import Proposal

BEST_PARTNERS, BEST_PROJECTS = 3, 5
"""How many are shown of the partners proposed to a business, and of the projects to an organisation."""


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the person: what, and where to do it."""

    text: str
    url: str


@dataclass(frozen=True)
class MyCity:
    """A city the person represents: how complete its profile is, and whether it is being scored now."""

    city: City
    completeness: Completeness
    is_being_scored: bool


@dataclass(frozen=True)
class MyOrganisation:
    """An organisation the person is a member of.

    partners: those proposed to it; None for a financial partner, or a business that is not public. chances:
    the projects it could deliver to, or finance.
    """

    organisation: Organisation
    partners: list[BusinessProposal] | None
    chances: list[Proposal]


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I represent and how it stands, what to do next."""
    user = User.signed_in(request)
    memberships = memberships_of(user)
    cities = [my_city(one.represented) for one in memberships if one.kind == "mayor" and one.is_approved]
    context = {
        "memberships": memberships,
        "waiting": [
            *of_invited(request),
            *of_partners(user),
            *of_events(user),
            *of_practices(user),
            *of_reviewers(user),
            *of_applicants(memberships),
            *of_mayors(cities),
        ],
        "cities": cities,
        "organisations": my_organisations(
            [one.represented for one in memberships if one.kind != "mayor" and one.is_approved]
        ),
    }
    return render(request, "desk/desk.html", context)


@require_safe
def scoring(request: HttpRequest, number: int) -> HttpResponse:
    """Whether the new matches of one of the person's cities are there: what htmx asks for meanwhile."""
    mine = City.objects.filter(mayors__user=User.signed_in(request), mayors__state=State.APPROVED)
    city = mine.filter(pk=number).select_related("country").first()
    if city is None:
        return HttpResponse(status=404)
    return render(request, "desk/matches.html", {"one": my_city(city)})


def my_city(city: City) -> MyCity:
    """What the desk shows of a city."""
    pending = ScoringJob.objects.filter(city=city, state=ScoringJob.State.PENDING)
    return MyCity(city, completeness(city), pending.exists())


def my_organisations(organisations: Sequence[Organisation]) -> list[MyOrganisation]:
    """What the desk shows of some organisations: as many queries for many as for one of each kind."""
    if not organisations:
        return []
    ids, projects = [one.pk for one in organisations], asking()
    best = best_proposals(ids, BEST_PARTNERS)
    chances = {
        **suppliers.projects_for(ids, projects, BEST_PROJECTS),
        **funders.projects_for(ids, projects, BEST_PROJECTS),
    }
    return [MyOrganisation(one, best.get(one.pk), chances.get(one.pk, [])) for one in organisations]


def of_partners(user: User) -> list[Waiting]:
    """Expressions of interest that wait for an answer of my side, and conversations with something new."""
    found = []
    mine = Party.objects.represented_by(user).values("pk")
    if count := Interest.objects.open().filter(receiver__in=mine).count():
        text = ngettext(
            "%(count)s expression of interest to answer", "%(count)s expressions of interest to answer", count
        )
        found.append(Waiting(text % {"count": count}, reverse("interests")))
    if count := Conversation.objects.seen_by(user).unread_by(user).count():
        text = ngettext(
            "%(count)s conversation with new messages", "%(count)s conversations with new messages", count
        )
        found.append(Waiting(text % {"count": count}, reverse("conversations")))
    if count := Partnership.objects.waiting_for(user).count():
        text = ngettext("%(count)s partnership to confirm", "%(count)s partnerships to confirm", count)
        found.append(Waiting(text % {"count": count}, reverse("desk-partnerships")))
    return found


def of_events(user: User) -> list[Waiting]:
    """Requests for meetings that the person has to answer, event by event: one query."""
    waiting = Counter(one.event for one in MeetingRequest.objects.waiting_for(user).select_related("event"))
    return [
        Waiting(
            ngettext(
                "%(count)s request for a meeting to answer: %(event)s",
                "%(count)s requests for meetings to answer: %(event)s",
                count,
            )
            % {"count": count, "event": event},
            reverse("event-requests", args=[event.slug]),
        )
        for event, count in waiting.items()
    ]


def of_practices(user: User) -> list[Waiting]:
    """Questions to practices of my cities, and, for those who review practices, what was handed in."""
    found = []
    if count := PracticeQuestion.objects.waiting_for(user).count():
        text = ngettext(
            "%(count)s question about practices to answer",
            "%(count)s questions about practices to answer",
            count,
        )
        found.append(Waiting(text % {"count": count}, reverse("desk-practices")))
    is_reviewer = user.is_staff and user.has_perm(PUBLISH_RIGHT)
    if is_reviewer and (count := Practice.objects.waiting().count()):
        text = ngettext("%(count)s practice to review", "%(count)s practices to review", count)
        found.append(Waiting(text % {"count": count}, reverse("admin:knowledge_practice_changelist")))
    return found


def of_reviewers(user: User) -> list[Waiting]:
    """Applications that this person may decide."""
    found = []
    for model in {kind.model for kind in kinds()}:
        label, name = model._meta.app_label, model._meta.model_name
        if not (user.is_staff and user.has_perm(f"{label}.change_{name}")):
            continue
        if count := model.of_this_kind().waiting().count():
            text = ngettext("%(count)s application to review", "%(count)s applications to review", count)
            url = reverse(f"admin:{label}_{name}_changelist")
            found.append(Waiting(f"{text % {'count': count}}: {model._meta.verbose_name_plural}", url))
    if user.is_staff and user.has_perm("partnerships.change_organisationmember"):
        found += of_checkers()
    return found


def of_invited(request: HttpRequest) -> list[Waiting]:
    """The invitations whose links the person opened before signing in."""
    found = []
    if opened := OF_BUSINESSES.remembered(request):
        text = _("Answer the invitation of %(city)s: %(name)s")
        names = {"city": opened[0].city.display_name, "name": opened[0].name}
        found.append(Waiting(text % names, reverse("invitation", args=[opened[1]])))
    if opened := OF_CITIES.remembered(request):
        text = _("Apply to speak for %(city)s: %(sender)s has invited it")
        names = {"city": opened[0].city.display_name, "sender": opened[0].sender.name}
        found.append(Waiting(text % names, opened[0].apply_url))
    if opened := OF_GUESTS.remembered(request):
        text = _("Register as a guest: %(event)s")
        found.append(
            Waiting(text % {"event": opened[0].event.title}, reverse("event-invited", args=[opened[1]]))
        )
    return found


def of_checkers() -> list[Waiting]:
    """Integrity declarations that nobody has finished checking."""
    if not (count := IntegrityDeclaration.objects.to_check().count()):
        return []
    text = ngettext(
        "%(count)s integrity declaration to check", "%(count)s integrity declarations to check", count
    )
    address = reverse("admin:partnerships_organisationmember_integrity_queue")
    return [Waiting(text % {"count": count}, address)]


def of_applicants(memberships: list[Membership]) -> list[Waiting]:
    """Applications that wait for the person themselves."""
    text = {True: _("Answer the reviewers: %(about)s"), False: _("Complete your application: %(about)s")}
    return [
        Waiting(text[bool(one.note)] % {"about": one.represented}, one.get_absolute_url())
        for one in memberships
        if one.state == State.DRAFT
    ]


def of_mayors(cities: list[MyCity]) -> list[Waiting]:
    """Profiles that could say more."""
    return [
        Waiting(
            _("Complete the profile of %(city)s: it is at %(percent)s%%")
            % {"city": one.city, "percent": one.completeness.percent},
            reverse("city-profile", args=[one.city.country_id.lower(), one.city.slug]),
        )
        for one in cities
        if one.completeness.percent < 100
    ]
