"""Matching rounds in the administration: prepare, solve, review, publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry, User
from cities import directory
from cities.filters import search_text
from cities.listing import grouped

from . import exports
from .forms import MatchingRoundForm
from .models import MatchingRound, RoundNotPossible
from .views import named

PAIRS_A_PAGE = 200


class MatchingRoundAdmin(admin.ModelAdmin):
    """A round that is being prepared is a form; any other is a page to review and decide."""

    form = MatchingRoundForm
    change_form_template = "admin/partnerships/matchinground/change_form.html"
    review_template = "admin/partnerships/matchinground/review.html"
    list_display = ["__str__", "state", "progress", "partners_each", "capacity", "fairness", "published_at"]
    list_filter = ["state"]
    show_full_result_count = False
    actions = None
    fieldsets = [
        (None, {"fields": ["title_en", "title_uk", "partners_each", "capacity"]}),
        (
            gettext_lazy("Who gets partners"),
            {
                "fields": [
                    "taker_countries",
                    "taker_regions",
                    "takers_members_only",
                    "takers_min_population",
                    "taker_cities",
                ]
            },
        ),
        (
            gettext_lazy("Among whom"),
            {
                "fields": [
                    "candidate_countries",
                    "candidates_members_only",
                    "candidates_min_population",
                    "candidates_max_population",
                    "candidate_cities",
                ]
            },
        ),
    ]

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, found: MatchingRound) -> str:
        """A bar while it is being solved, the number of cities afterwards."""
        if found.state != MatchingRound.State.SOLVING:
            return str(found.takers or "")
        label = f"{grouped(found.scored)} / {grouped(found.takers)}"
        return format_html(
            '<progress max="100" value="{}" aria-label="{}"></progress> {}', found.percent, label, label
        )

    @admin.display(description=gettext_lazy("cost of fairness"))
    def fairness(self, found: MatchingRound) -> str:
        """In percent of the total score without capacities."""
        return "" if found.cost_of_fairness is None else f"{found.cost_of_fairness:.1f}%"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a round is discarded, so that the log can tell of it

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(require_safe(self.csv))
        return [
            path("<int:number>/csv/", file, name="partnerships_matchinground_csv"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: MatchingRound, form: Any, change: bool) -> None:
        """Save what is asked for. Raises RoundNotPossible where it is not being prepared any more."""
        if change:
            obj.hold([MatchingRound.State.DRAFT])
        else:
            obj.created_by = User.signed_in(request)
        super().save_model(request, obj, form, change)
        if "_solve" in request.POST:
            obj.solve(by=User.signed_in(request))

    def response_add(self, request: HttpRequest, obj: MatchingRound, *args: Any) -> HttpResponse:
        return HttpResponseRedirect(self.address(obj))

    def response_change(self, request: HttpRequest, obj: MatchingRound) -> HttpResponse:
        return HttpResponseRedirect(self.address(obj))

    def address(self, found: MatchingRound) -> str:
        """The address of a round's page."""
        return reverse("admin:partnerships_matchinground_change", args=[found.pk])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form of a round that is being prepared, the review of any other."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        may_change = self.has_change_permission(request, found)
        if "decision" in request.POST:
            if not may_change:
                raise PermissionDenied
            return self.decide(request, found)
        if found.state == MatchingRound.State.DRAFT and may_change:
            try:
                return super().change_view(request, object_id, form_url, {"found": found})
            except RoundNotPossible as late:
                messages.error(request, late.message)
                return HttpResponseRedirect(self.address(found))
        if request.method == "POST":
            messages.error(request, RoundNotPossible(found).message)
            return HttpResponseRedirect(self.address(found))
        return TemplateResponse(request, self.review_template, self.review(request, found, may_change))

    def review(self, request: HttpRequest, found: MatchingRound, may_change: bool) -> dict[str, Any]:
        """What the page of a round shows."""
        q = search_text(request.GET)
        pairs = Paginator(named(directory.current(), found.proposed, q), PAIRS_A_PAGE)
        return {
            **self.admin_site.each_context(request),
            "title": str(found),
            "opts": self.opts,
            "found": found,
            "q": q,
            "page": pairs.get_page(request.GET.get("page")),
            "excluded": found.pairs.filter(is_excluded=True).select_related("city", "partner"),
            "history": AuditEntry.of(found),
            "may_change": may_change,
        }

    def decide(self, request: HttpRequest, found: MatchingRound) -> HttpResponse:
        """Do what the form says, and say what happened."""
        by = User.signed_in(request)
        ticked = [int(one) for one in request.POST.getlist("pair") if one.isdecimal() and len(one) < 18]
        decision = request.POST["decision"]
        choices: dict[str, tuple[Callable[[], None], str]] = {
            "solve": (lambda: found.solve(by), _("It will be solved; this page follows the work.")),
            "reopen": (lambda: found.reopen(by), _("You can change the round now, and solve it again.")),
            "publish": (lambda: found.publish(by), _("The round is published.")),
            "discard": (lambda: found.discard(by), _("The round is discarded.")),
            "exclude": (lambda: found.exclude(ticked, by), _("It is solved again without these pairs.")),
            "readmit": (lambda: found.readmit(ticked, by), _("It is solved again; these pairs may return.")),
        }
        if decision not in choices:
            messages.error(request, _("Choose a decision."))
        elif decision in ("exclude", "readmit") and not ticked:
            messages.error(request, _("Tick the pairs first."))
        else:
            do, done = choices[decision]
            try:
                do()
                messages.success(request, done)
            except RoundNotPossible as late:
                messages.error(request, late.message)
        return HttpResponseRedirect(self.address(found))

    def csv(self, request: HttpRequest, number: int) -> HttpResponse:
        """The pairs of a round, published or not, as a file."""
        found = self.get_object(request, str(number))
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return exports.csv_response(found, found.proposed)
