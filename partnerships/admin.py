"""Organisations and who represents them; match runs and scoring jobs: what is at work, waits, failed."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.admin import ChoosingAdmin, ReadOnlyAdmin
from accounts.membership import Membership
from accounts.review import MembershipAdmin, QueueFilter
from cities.listing import grouped

from .businesses.profile import editing as business_editing
from .city_matches.reasons import label
from .finance.profile import editing as finance_editing
from .integrity.reviewing import membership_context, organisation_address, organisation_page, queue_page
from .interests.reviewing import InterestAdmin, ReportAdmin
from .models import (
    BusinessInvitation,
    BusinessJob,
    BusinessProfile,
    BusinessRun,
    BusinessStatement,
    CityInvitation,
    FinancialOffer,
    FinancialPartnerProfile,
    FundingCall,
    Interest,
    MatchingRound,
    MatchRun,
    Organisation,
    OrganisationMember,
    Paper,
    Report,
    ScoringJob,
    SpreadingJob,
)
from .organisations.profile import OrganisationEditing
from .rounds.admin import MatchingRoundAdmin
from .scoring.outbox import ask_for_scoring
from .weights.admin import weights_page
from .weights.in_force import default_weights

LEAST_DIFFERENCE = 0.0001
"""Of weights that are told apart: the form shows four decimals."""

admin.site.register(MatchingRound, MatchingRoundAdmin)
admin.site.register(Interest, InterestAdmin)
admin.site.register(Report, ReportAdmin)


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    """Progress of scoring all cities."""

    list_display = [
        "id",
        "state",
        "started_at",
        "progress",
        "cities_a_second",
        "still_to_go",
        "changed",
        "overlap_percent",
        "used_weights",
        "error",
    ]
    list_filter = ["state"]
    readonly_fields = ["overlap_percent", "used_weights"]
    exclude = ["weights", "overlap"]
    change_list_template = "admin/partnerships/matchrun/change_list.html"

    @admin.display(description=_("progress"))
    def progress(self, run: MatchRun) -> str:
        """A bar, and the numbers."""
        label = f"{grouped(run.done)} / {grouped(run.total)}"
        return format_html(
            '<progress max="100" value="{}" aria-label="{}"></progress> {}', run.percent, label, label
        )

    @admin.display(description=_("cities a second"))
    def cities_a_second(self, run: MatchRun) -> str:
        """The rate so far."""
        return grouped(round(run.rate))

    @admin.display(description=_("remaining"))
    def still_to_go(self, run: MatchRun) -> str:
        """The time it will still take."""
        return str(run.remaining or "")

    @admin.display(description=_("changed weights"))
    def used_weights(self, run: MatchRun) -> str:
        """By component, as they were given, and the default ones; empty for none."""
        usual = default_weights()
        return "; ".join(
            f"{label(code)} {number_format(given, 4)} ({number_format(usual[code], 4)})"
            for code, given in run.weights.items()
            if code in usual and abs(given - usual[code]) > LEAST_DIFFERENCE
        )

    @admin.display(description=_("mean overlap"))
    def overlap_percent(self, run: MatchRun) -> str:
        """Of the top tens with those before the run."""
        return "" if run.overlap is None else f"{run.overlap:.0%}"

    def get_urls(self) -> list[URLPattern]:
        ask = self.admin_site.admin_view(require_POST(self.score_all))
        weights = self.admin_site.admin_view(partial(weights_page, self))
        return [
            path("score-all/", ask, name="partnerships_matchrun_score_all"),
            path("weights/", weights, name="partnerships_matchrun_weights"),
            *super().get_urls(),
        ]

    def score_all(self, request: HttpRequest) -> HttpResponse:
        """Ask for a run. Raises PermissionDenied without the right to add runs."""
        if not request.user.has_perm("partnerships.add_matchrun"):
            raise PermissionDenied
        ask_for_scoring(None)
        messages.success(request, _("All cities will be scored; the run appears here when it begins."))
        return HttpResponseRedirect(reverse("admin:partnerships_matchrun_changelist"))


@admin.register(ScoringJob)
class ScoringJobAdmin(ReadOnlyAdmin):
    """What waits to be scored, what is done, what failed."""

    list_display = ["id", "city", "state", "attempts", "created_at", "finished_at", "error"]
    list_filter = ["state"]
    list_select_related = ["city"]
    actions = ["queue_again"]

    @admin.action(description=_("Queue again"), permissions=["queue"])
    def queue_again(self, request: HttpRequest, jobs: QuerySet[ScoringJob]) -> None:
        """Ask again for what these jobs were to score."""
        for city_id in set(jobs.values_list("city_id", flat=True)):
            ask_for_scoring(city_id)
        messages.success(request, _("Queued again."))

    def has_queue_permission(self, request: HttpRequest) -> bool:
        """Who may queue jobs again."""
        return request.user.has_perm("partnerships.change_scoringjob")


@admin.register(SpreadingJob)
class SpreadingJobAdmin(ReadOnlyAdmin):
    """Spreadings of the top tens of member cities: those that wait, are done, failed."""

    list_display = ["id", "state", "attempts", "created_at", "due_at", "finished_at", "error"]
    list_filter = ["state"]


@admin.register(BusinessRun)
class BusinessRunAdmin(ReadOnlyAdmin):
    """Progress of scoring all businesses."""

    list_display = ["id", "state", "started_at", "finished_at", "done", "total", "matches", "error"]
    list_filter = ["state"]


@admin.register(BusinessJob)
class BusinessJobAdmin(ReadOnlyAdmin):
    """What waits to be scored of businesses, what is done, what failed."""

    list_display = ["id", "business_id", "state", "attempts", "created_at", "finished_at", "error"]
    list_filter = ["state"]


@admin.register(OrganisationMember)
class OrganisationMemberAdmin(MembershipAdmin):
    """Who represents which business or financial partner, and who applies to."""

    change_form_template = "admin/partnerships/organisationmember/review.html"
    change_list_template = "admin/partnerships/organisationmember/change_list.html"

    list_display = [
        "organisation",
        "waits",
        "full_name",
        "function",
        "user",
        "applied_at",
        "state",
        "decided_by",
    ]
    list_filter = [
        QueueFilter,
        "organisation__kind",
        ("organisation__city__country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["user", "organisation__city", "decided_by"]
    search_fields = ["user__email", "full_name", "official_email", "organisation__name"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "partnerships_organisationmember_integrity"
        return [
            path("integrity/", wrap(partial(queue_page, self)), name=f"{name}_queue"),
            path("integrity/<int:number>/", wrap(partial(organisation_page, self)), name=name),
            *super().get_urls(),
        ]

    def more_context(self, membership: Membership) -> dict[str, Any]:
        """What was declared, and what may be the same organisation."""
        assert isinstance(membership, OrganisationMember)
        return membership_context(membership)


@admin.register(Organisation)
class OrganisationAdmin(ChoosingAdmin):
    """Businesses and financial partners."""

    list_display = ["name", "kind", "city", "registration_number", "website", "created_at"]
    readonly_fields = ["slug", "integrity"]
    list_filter = ["kind", ("city__country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["city"]
    search_fields = ["name", "registration_number", "city__name", "city__name_uk"]
    autocomplete_fields = ["city"]

    @admin.display(description=_("integrity"))
    def integrity(self, organisation: Organisation) -> str:
        """The way to its declarations."""
        if organisation.pk is None:
            return "-"
        address = organisation_address(organisation)
        return format_html('<a href="{}">{}</a>', address, _("Declarations and checklist"))


class OrganisationProfileAdmin(ChoosingAdmin):
    """What organisations say of themselves; what they state by type is edited by itself."""

    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "other_name"]
    autocomplete_fields = ["organisation"]
    editing: ClassVar[OrganisationEditing]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring the search keys up to date too."""
        super().save_related(request, form, formsets, change)
        self.editing.write_keys(form.instance)


class OfOrganisationAdmin(ChoosingAdmin):
    """What organisations state."""

    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "note_en", "note_uk"]
    autocomplete_fields = ["organisation"]


@admin.register(BusinessProfile)
class BusinessProfileAdmin(OrganisationProfileAdmin):
    """What businesses say of themselves."""

    list_display = ["organisation", "activity", "size", "is_demonstration", "updated_at"]
    list_filter = ["is_demonstration", "size"]
    editing = business_editing


@admin.register(BusinessStatement)
class BusinessStatementAdmin(OfOrganisationAdmin):
    """What businesses offer and seek."""

    list_display = ["organisation", "kind", "trade", "note_en"]
    list_filter = ["kind", "trade"]


@admin.register(FinancialPartnerProfile)
class FinancialPartnerProfileAdmin(OrganisationProfileAdmin):
    """What financial partners say of themselves."""

    list_display = ["organisation", "institution", "scope", "ticket", "is_demonstration", "updated_at"]
    list_filter = ["is_demonstration", "institution", "scope"]
    editing = finance_editing


@admin.register(FinancialOffer)
class FinancialOfferAdmin(OfOrganisationAdmin):
    """What financial partners offer."""

    list_display = ["organisation", "instrument", "note_en"]
    list_filter = ["instrument"]


@admin.register(FundingCall)
class FundingCallAdmin(OfOrganisationAdmin):
    """Calls of financial partners."""

    list_display = ["title", "organisation", "opens", "deadline", "sum_in_words"]
    list_filter = ["deadline"]
    search_fields = ["organisation__name", "title_en", "title_uk"]


@admin.register(BusinessInvitation)
class BusinessInvitationAdmin(ReadOnlyAdmin):
    """Whom cities invited, and what became of it."""

    list_display = ["name", "city", "email", "state", "sent_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["city"]
    search_fields = ["name", "email", "registration_number", "city__name", "city__name_uk"]
    exclude = ["token_hash"]


@admin.register(CityInvitation)
class CityInvitationAdmin(ReadOnlyAdmin):
    """Which cities were invited by letter, and what came of it."""

    list_display = ["__str__", "email", "state", "sent_at", "opened_at", "answered_at"]
    list_filter = ["state", "sent_at"]
    search_fields = [
        "email",
        "city__name",
        "city__name_uk",
        "sender__city__name",
        "sender__organisation__name",
    ]
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CityInvitation]:
        return CityInvitation.objects.named()


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """What was printed and what failed; what stands in it is for the sides alone."""

    list_display = ["id", "kind", "number", "state", "attempts", "size", "created_at", "finished_at", "error"]
    list_filter = ["state", "kind"]
    exclude = ["page", "pdf"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        return Paper.objects.defer("page", "pdf")
