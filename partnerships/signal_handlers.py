"""What changes in cities makes a scoring job."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import User
from accounts.own_data import emails, names, row
from accounts.signals import collecting_own_data, deleting_account
from cities.models import CityProfile, Mayor, TopicStatement, Twinning
from cities.signals import demonstration_loading, profiles_changed, reference_changed, ties_changed
from projects.models import Project
from projects.signals import project_changed

from .businesses.demo import add_businesses
from .businesses.profile import editing as business_editing
from .finance.demo import add_partners
from .finance.profile import editing as finance_editing
from .matching.version import version
from .models import (
    BusinessImport,
    BusinessInvitation,
    BusinessProfile,
    BusinessRun,
    BusinessStatement,
    MatchRun,
    Organisation,
    OrganisationMember,
    Partnership,
)
from .organisations.contacts import forget_contact
from .organisations.profile import OrganisationEditing
from .partnership.demo import add_partnerships
from .scoring.outbox import BUSINESSES, ask_for_businesses_of, ask_for_scoring

EDITINGS: list[OrganisationEditing] = [business_editing, finance_editing]


@receiver([post_save, post_delete], sender=CityProfile)
@receiver([post_save, post_delete], sender=TopicStatement)
def score_the_city(instance: CityProfile | TopicStatement, **kwargs: Any) -> None:
    """What a city says of itself changed."""
    ask_for_scoring(instance.city_id)


@receiver(project_changed)
def score_the_city_of_a_project(project: Project, **kwargs: Any) -> None:
    """What a public project tells of its city may have changed."""
    if project.is_public:
        ask_for_scoring(project.city_id)


@receiver([post_save, post_delete], sender=Mayor)
def spread_among_members(instance: Mayor, **kwargs: Any) -> None:
    """A city may have become a member city or ceased to be one: the lists of members are spread."""
    if instance.state not in (Mayor.State.DRAFT, Mayor.State.SUBMITTED, Mayor.State.REJECTED):
        ask_for_scoring(instance.city_id)


@receiver([post_save, post_delete], sender=Twinning)
def score_both_ends_then_all(instance: Twinning, **kwargs: Any) -> None:
    """A tie counts in the lists of both cities and their businesses, a little in those of their countries."""
    for city_id in (instance.city_a_id, instance.city_b_id):
        ask_for_scoring(city_id)
        ask_for_businesses_of(city_id)
    ask_for_scoring(None)
    BUSINESSES.ask(None)


@receiver([post_save, post_delete], sender=Partnership)
def score_businesses_of_both_cities(instance: Partnership, **kwargs: Any) -> None:
    """Two cities may have become partners that all may see, or have ceased to be."""
    one, other = (party.city_id for party in instance.parties)
    if one and other:
        ask_for_businesses_of(one)
        ask_for_businesses_of(other)


@receiver([reference_changed, profiles_changed, ties_changed])
def score_all(**kwargs: Any) -> None:
    """Much changed at once."""
    ask_for_scoring(None)
    BUSINESSES.ask(None)


def score_all_with_a_new_matcher(**kwargs: Any) -> None:
    """After an upgrade, when the matches at hand were made by another version of the matcher."""
    last = MatchRun.objects.filter(state=MatchRun.State.DONE).first()
    if last and last.matcher != version():
        ask_for_scoring(None)
    of_businesses = BusinessRun.objects.filter(state=BusinessRun.State.DONE).first()
    is_old = of_businesses and of_businesses.matcher != version()
    if is_old or (of_businesses is None and BusinessProfile.objects.exists()):
        BUSINESSES.ask(None)


@receiver([post_save, post_delete], sender=BusinessProfile)
@receiver([post_save, post_delete], sender=BusinessStatement)
@receiver(post_save, sender=OrganisationMember)
def score_the_business(instance: Any, **kwargs: Any) -> None:
    """What a business says of itself changed, or whether it is public."""
    if instance.organisation.kind == Organisation.Kind.BUSINESS:
        BUSINESSES.ask(instance.organisation_id)


@receiver(post_save, sender=Organisation)
def find_it_by_its_present_name(instance: Organisation, **kwargs: Any) -> None:
    """An organisation was renamed or moved, perhaps: it is found by what it is called now."""
    for editing in EDITINGS:
        profile = editing.profiles.objects.filter(organisation=instance)
        if found := profile.select_related("organisation__city").first():
            editing.write_keys(found)
    if instance.kind == Organisation.Kind.BUSINESS:
        BUSINESSES.ask(instance.pk)


@receiver(post_delete, sender=Organisation)
def take_it_out_of_the_lists(instance: Organisation, **kwargs: Any) -> None:
    """A business is gone."""
    BUSINESSES.ask(instance.pk)


@receiver(demonstration_loading)
def add_demonstration_organisations(passwords: dict[str, str], approver: User | None, **kwargs: Any) -> None:
    """The demonstration cities have businesses, financial partners and partnerships."""
    add_businesses(passwords, approver)
    add_partners(passwords, approver)
    add_partnerships()


@receiver(collecting_own_data)
def own_work_for_organisations(user: User, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:
    """Profiles that name the person or that they saved, and invitations of businesses."""
    called = names(user), emails(user)
    invitations = BusinessInvitation.objects.filter(Q(invited_by=user) | Q(answered_by=user))
    return {
        "profiles that name you as contact": [
            row(one) for editing in EDITINGS for one in editing.profiles.objects.naming(*called)
        ],
        "profiles of organisations saved": [
            row(one) for editing in EDITINGS for one in editing.versions._default_manager.filter(by=user)
        ],
        "lists of businesses": [row(one) for one in BusinessImport.objects.filter(by=user)],
        "invitations of businesses": [row(one) for one in invitations],
    }


@receiver(deleting_account)
def forget_the_address(user: User, names: set[str], emails: list[str], **kwargs: Any) -> None:
    """Somebody whom a city invited leaves: that there was an invitation stays, where it went does not.

    Profiles do not name them as contact any more, nor do earlier versions.
    """
    BusinessInvitation.objects.filter(answered_by=user).update(email="")
    for editing in EDITINGS:
        forget_contact(editing, names, emails)
