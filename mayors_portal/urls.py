"""Addresses. English pages have no prefix; Ukrainian ones stand under /uk/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import staff
from knowledge.about.views import security
from partnerships.city_matches.method_views import about_matching
from projects.open_data.views import open_data

from . import desk, errors, health, metrics, pages
from .dashboard.views import dashboard

admin.autodiscover()
admin.site.site_header = admin.site.site_title = _("Mayors' Portal: administration")
staff.secure(admin.site)

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("open-data/", include("projects.open_data.urls")),
    path("api/v1/", include("public.api.urls")),
    path("", include("public.sharing.urls")),
    path(".well-known/security.txt", security, name="security-txt"),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("", include("partnerships.invitations.urls")),
        path("", include("partnerships.city_invitations.urls")),
        path("cities/", include("partnerships.city_matches.urls")),
        path("cities/", include("cities.urls")),
        path("", include("partnerships.integrity.urls")),
        path("businesses/", include("partnerships.businesses.urls")),
        path("projects/", include("projects.urls")),
        path("financial-partners/", include("partnerships.finance.urls")),
        path("about/matching/", about_matching, name="about-matching"),
        path("open-data/", open_data, name="open-data"),
        path("api/", include("public.api.page_urls")),
        path("transparency/", include("projects.transparency.urls")),
        path("statistics/", include("public.statistics.urls")),
        path("partnerships/", include("partnerships.partnership.urls")),
        path("rounds/", include("partnerships.rounds.urls")),
        path("events/", include("events.pages.urls")),
        path("map/", include("public.atlas.urls")),
        path("desk/events/", include("events.organising.urls")),
        path("desk/events/", include("events.board.urls")),
        path("desk/events/", include("events.meeting_requests.urls")),
        path("search/", include("public.search.urls")),
        path("accounts/", include("accounts.urls")),
        path("accounts/", include("allauth.urls")),
        path("memberships/", include("cities.application_urls")),
        path("desk/", desk.desk, name="desk"),
        path("", include("accounts.notification_urls")),
        path("desk/searches/", include("cities.saved.urls")),
        path("", include("partnerships.calendar_feed.urls")),
        path("desk/interests/", include("partnerships.interests.urls")),
        path("desk/conversations/", include("partnerships.conversations.urls")),
        path("desk/partnerships/", include("partnerships.partnership.desk_urls")),
        path("desk/matches/<int:number>/", desk.scoring, name="desk-matches"),
        path("", include("events.guests.urls")),
        path("", include("events.registering.urls")),
        path("", include("events.people.urls")),
        path("", include("events.badges.urls")),
        path("", include("events.agenda.urls")),
        path("admin/dashboard/", require_safe(admin.site.admin_view(dashboard)), name="admin-dashboard"),
        path("", include("knowledge.practices.urls")),
        path("news/", include("knowledge.news.urls")),
        path("", include("knowledge.about.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
