from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    """Matches between cities, and organisations."""

    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        """Listen to what the lower apps announce; let people apply, and approvers decide."""
        from accounts.approvers import make_approvers
        from cities import kinds
        from projects.transparency.tables import LISTS

        from . import signal_handlers
        from .city_invitations import signal_handlers as _letter_handlers  # noqa: F401 - they listen
        from .discoveries import finds as _finds  # noqa: F401 - makes its kinds of notification known
        from .integrity import signal_handlers as _integrity_handlers  # noqa: F401 - they listen
        from .integrity.transparency import organisations
        from .interests import signal_handlers as _interest_handlers  # noqa: F401 - they listen
        from .models import OrganisationMember
        from .organisations import searchable  # noqa: F401 - makes itself known
        from .organisations.application_forms import BusinessForm, FinancialPartnerForm
        from .partnership import signal_handlers as _partnership_handlers  # noqa: F401 - they listen

        LISTS["organisations"] = organisations
        post_migrate.connect(make_approvers, sender=self)
        post_migrate.connect(signal_handlers.score_all_with_a_new_matcher, sender=self)
        for slug, label, about, form in [
            (
                "business",
                _("Business"),
                _("You represent a business that offers or seeks partners."),
                BusinessForm,
            ),
            (
                "financial-partner",
                _("Financial partner"),
                _("You represent a bank, fund, donor or development agency."),
                FinancialPartnerForm,
            ),
        ]:
            kinds.add(
                kinds.Kind(
                    slug=slug,
                    label=label,
                    about=about,
                    model=OrganisationMember,
                    form=form,
                    city="organisation__city",
                    only={"organisation__kind": slug},
                )
            )
