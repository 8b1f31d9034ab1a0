"""The sections in which a project is edited: each a page with its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.forms import ModelForm
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cities.models import Topic

from . import forms
from .editing import PROJECT, recording
from .forms import RowForm, untouched
from .models import Project, ProjectChange
from .rows import Rows, rows_of


@dataclass(frozen=True)
class Section:
    """What is edited on one page: fields of the project, tables of parts, or both."""

    code: str
    label: Promise
    about: Promise
    form: type[ModelForm] | None = None
    rows: tuple[type[RowForm], ...] = ()

    @property
    def parts(self) -> dict[str, Any]:
        """What it changes, as `editing.recording` takes it."""
        fields = {PROJECT: list(self.form._meta.fields or [])} if self.form else {}
        return {**fields, **{one._meta.model._meta.model_name: () for one in self.rows}}

    @property
    def has_files(self) -> bool:
        """Whether files are uploaded in it."""
        return any("upload" in one.base_fields for one in self.rows)


SECTIONS = {
    one.code: one
    for one in [
        Section("basics", _("Basics"), _("What, where, for whom, when."), forms.BasicsForm),
        Section(
            "money",
            _("Money"),
            _("What it costs, who pays, and how much of that is sure."),
            forms.MoneyForm,
            (forms.BudgetLineForm, forms.FundingSourceForm),
        ),
        Section(
            "interests",
            _("Conflict of interest"),
            _("Whether somebody who decides on the project has an interest of their own in it."),
            forms.InterestsForm,
        ),
        Section(
            "needs",
            _("Needs"),
            _("What the project lacks and others can give: the best partners are found by it."),
            rows=(forms.ProjectNeedForm,),
        ),
        Section(
            "milestones",
            _("Milestones"),
            _("The steps, each with the day it is planned for and, later, the day it was done."),
            rows=(forms.MilestoneForm,),
        ),
        Section(
            "risks",
            _("Risks"),
            _("What may go wrong, and what is done about it. Funders ask for it first."),
            rows=(forms.RiskForm,),
        ),
        Section(
            "documents",
            _("Documents"),
            _("Papers for everybody to download. A new file of a document is a new version: old ones stay."),
            rows=(forms.DocumentForm,),
        ),
        Section("photos", _("Photos"), _("Before, during and after the works."), rows=(forms.PhotoForm,)),
        Section(
            "tenders",
            _("Tenders"),
            _("What is bought for the project, with links to the official procurement system."),
            rows=(forms.TenderForm,),
        ),
        Section(
            "updates", _("Updates"), _("What is new, in a few sentences."), rows=(forms.ProjectUpdateForm,)
        ),
    ]
}


class SectionForms:
    """The forms of a section of something (the owner), empty of input or with what was typed."""

    def __init__(
        self, owner: Any, section: Section, typed: Any = None, files: Any = None, more_of: str = ""
    ) -> None:
        self.owner, self.section = owner, section
        self.heading = str(owner)  # before anything typed is put into it
        self.typed, self.files, self.more_of = typed, files, more_of

    @cached_property
    def form(self) -> Any:
        """The form of the owner's own fields, where the section has some."""
        return self.section.form(self.typed, instance=self.owner) if self.section.form else None

    @cached_property
    def tables(self) -> list[Rows]:
        """The tables of parts."""
        return [self._table(one) for one in self.section.rows]

    def _table(self, form: type[RowForm]) -> Rows:
        more, data = self._more_for(form), self.typed
        if self.more_of:
            more["is_unchecked"] = True
            data = with_another_row(data, f"{self.more_of}-TOTAL_FORMS")
        return rows_of(form, self.owner, data, self.files, **more)

    def _more_for(self, form: type[RowForm]) -> dict[str, Any]:
        """What the table of some rows is made with besides."""
        return {}

    def is_valid(self) -> bool:
        """Whether everything typed can be saved. All forms are checked, so that all errors show at once."""
        return all([(self.form is None or self.form.is_valid()), *[one.is_valid() for one in self.tables]])


class Editor(SectionForms):
    """The forms of a section of a project."""

    @property
    def project(self) -> Project:
        """What is edited."""
        found: Project = self.owner
        return found

    def _more_for(self, form: type[RowForm]) -> dict[str, Any]:
        return {"form_kwargs": {"topics": list(Topic.objects.all())}} if form is forms.ProjectNeedForm else {}

    def anew(self) -> "Editor":
        """The same forms of the project as it is saved, with what was typed here."""
        fresh = Project.objects.with_city().get(pk=self.project.pk)
        return Editor(fresh, self.section, self.typed, self.files)

    def with_theirs(self, changes: list[ProjectChange]) -> "Editor":
        """The same forms, with what somebody else changed where the editor had left it as it was."""
        fresh = Editor(Project.objects.with_city().get(pk=self.project.pk), self.section)
        theirs = {(one._meta.model, one.instance.pk): one for one in fresh._forms() if one.instance.pk}
        data = self.typed.copy()
        for form in self._forms():
            if other := theirs.get((form._meta.model, form.instance.pk)):
                for name in untouched(form, changes):
                    put(data, form.add_prefix(name), other[name].value())
        return Editor(fresh.project, self.section, data, self.files)

    def _forms(self) -> list[Any]:
        forms_of_rows = [form for table in self.tables for form in table.forms]
        return [*([self.form] if self.form else []), *forms_of_rows]

    def save(self, *, by: User, seen: int) -> bool:
        """Save what was typed; whether anything changed. Raises EditedMeanwhile, NotPossible."""
        return bool(self._record(by, seen))

    def would_write(self, *, by: User, seen: int) -> list[ProjectChange]:
        """What `save` would add to the history; raises what it would. Nothing is saved; use it no more."""
        with transaction.atomic():
            changes = self._record(by, seen)
            transaction.set_rollback(True)
        return changes

    def _record(self, by: User, seen: int) -> list[ProjectChange]:
        with recording(self.project, by=by, seen=seen, parts=self.section.parts) as recorder:
            if self.form is not None:
                recorder.save(self.form.instance, self.form.before)
            for table in self.tables:
                table.record(recorder)
        return recorder.changes


def with_another_row(typed: Any, name: str) -> Mapping[str, Any]:
    """What was typed, with the number of rows one higher, where it is that of a table here."""
    data = typed.copy()
    number = data.get(name, "")
    if number.isdecimal() and len(number) < 5:
        data[name] = str(int(number) + 1)
    return data


def put(data: QueryDict, name: str, value: Any) -> None:
    """Make a value of a form what a browser would have sent of it."""
    if isinstance(value, list):
        data.setlist(name, [str(one) for one in value])
    elif isinstance(value, bool):
        data.setlist(name, ["on"] if value else [])
    else:
        data[name] = "" if value is None else str(value)
