"""The city directory in the administration.

Reference data are read-only: `load_cities` would overwrite them.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import FilesAdmin, ReadOnlyAdmin
from accounts.review import MembershipAdmin, QueueFilter

from .models import City, CityProfile, Country, Mayor, Region, Topic, TopicStatement, Twinning
from .resources import CityProfileResource, TopicResource, TopicStatementResource, TwinningResource


@admin.register(Country)
class CountryAdmin(ReadOnlyAdmin):
    """Countries of the programme."""

    list_display = ["code", "name_en", "name_uk", "languages"]
    search_fields = ["code", "name_en", "name_uk"]


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """First-level regions."""

    list_display = ["code", "name_en", "name_uk", "country"]
    list_select_related = ["country"]
    search_fields = ["code", "name_en", "name_uk"]


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    """Cities, found by any of their names."""

    list_display = ["name", "name_uk", "country", "region", "population"]
    list_select_related = ["country", "region"]
    search_fields = ["name"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[City], search_term: str
    ) -> tuple[QuerySet[City], bool]:
        """Cities with a name that begins with what is searched, in any script."""
        key = search_term.replace("\x00", "").strip()[:100]
        return (queryset.named(key), False) if key else (queryset, False)  # type: ignore[attr-defined]


@admin.register(CityProfile)
class CityProfileAdmin(FilesAdmin):
    """What cities say of themselves."""

    resource_classes = [CityProfileResource]
    list_display = ["city", "is_demonstration", "updated_at"]
    list_filter = ["is_demonstration"]
    list_select_related = ["city"]
    autocomplete_fields = ["city"]
    search_fields = ["city__name", "city__name_uk"]


@admin.register(TopicStatement)
class TopicStatementAdmin(FilesAdmin):
    """Needs and offers."""

    resource_classes = [TopicStatementResource]
    list_display = ["city", "kind", "topic"]
    list_filter = ["kind", "topic"]
    list_select_related = ["city", "topic"]
    autocomplete_fields = ["city"]
    search_fields = ["city__name", "city__name_uk"]


@admin.register(Mayor)
class MayorAdmin(MembershipAdmin):
    """Who represents which city, and who applies to."""

    list_display = ["city", "waits", "full_name", "function", "applied_at", "state", "decided_by"]
    list_filter = [QueueFilter, ("city__country", admin.RelatedOnlyFieldListFilter), "is_demonstration"]
    list_select_related = ["user", "city", "decided_by"]
    search_fields = ["user__email", "full_name", "official_email", "city__name", "city__name_uk"]


@admin.register(Topic)
class TopicAdmin(FilesAdmin):
    """Fields of municipal policy."""

    resource_classes = [TopicResource]
    list_display = ["position", "code", "name_en", "name_uk"]
    search_fields = ["name_en", "name_uk"]


@admin.register(Twinning)
class TwinningAdmin(FilesAdmin):
    """Formal ties."""

    resource_classes = [TwinningResource]
    list_display = ["city_a", "city_b", "since", "source"]
    list_filter = ["source"]
    list_select_related = ["city_a", "city_b"]
    autocomplete_fields = ["city_a", "city_b"]
    show_full_result_count = False
