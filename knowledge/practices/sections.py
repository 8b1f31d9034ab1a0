"""The sections in which a practice is edited: each a page with its form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.models import Practice
from projects.sections import Section, SectionForms

from .editing import recording
from .forms import PaperForm, PracticeForm, ResultForm

SECTIONS = {
    one.code: one
    for one in [
        Section(
            "story",
            _("What you did"),
            _("The problem, what you did, what it cost, and what others should know."),
            PracticeForm,
        ),
        Section(
            "results",
            _("Results"),
            _("Figures before and after: what shows that it worked."),
            rows=(ResultForm,),
        ),
        Section(
            "documents",
            _("Documents"),
            _("Papers for everybody to download: decisions, plans, forms that others can take over."),
            rows=(PaperForm,),
        ),
    ]
}


class PracticeForms(SectionForms):
    """The forms of a section of a practice."""

    owner: Practice

    def anew(self) -> PracticeForms:
        """The same forms of the practice as it is saved, with what was typed here."""
        fresh = Practice.objects.with_city().get(pk=self.owner.pk)
        return PracticeForms(fresh, self.section, self.typed, self.files)

    def save(self, *, by: User, seen: int) -> bool:
        """Save what was typed; whether anything changed. Raises EditedMeanwhile, NotPossible."""
        with recording(self.owner, by=by, seen=seen) as recorder:
            if self.form is not None:
                recorder.save_fields(self.form)
            for table in self.tables:
                table.record(recorder)
        return bool(recorder.changed)
