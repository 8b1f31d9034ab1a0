"""What one sends to a partnership. Each form knows the partnership and one's side, and does what it says."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.evidence import PDF
from accounts.models import User
from cities.models import Topic
from partnerships.interests.models import Party
from projects.documents import check
from projects.models import Project

from .models import Partnership, PartnershipTask


class PartnershipForm(forms.Form):
    """Something that one does to a partnership: `done` is what the person is told afterwards."""

    required_css_class = "required"
    done: ClassVar[Promise]

    def __init__(self, *args: Any, partnership: Partnership, mine: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership, self.mine = partnership, mine

    def save(self, *, by: User) -> None:
        """Do it. Raises NotPossible."""
        raise NotImplementedError


class SeenForm(PartnershipForm):
    """One that says up to which change the person has seen the partnership."""

    seen = forms.IntegerField(min_value=0, max_value=2**62, widget=forms.HiddenInput)


class StageForm(SeenForm):
    """To another stage, with a note."""

    done = _("The stage is changed. Both sides are told.")
    to = forms.ChoiceField(label=_("New stage"), choices=Partnership.Stage)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("What happened, in a sentence. Only the two sides read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(stage.value, stage.label) for stage in self.partnership.open_stages]

    def save(self, *, by: User) -> None:
        said = self.cleaned_data
        self.partnership.move(said["to"], by=by, seen=said["seen"], note=said["note"])


class PlanForm(SeenForm):
    """The next step, the topics and the projects."""

    done = _("The plan is saved.")
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_step_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    projects = forms.ModelMultipleChoiceField(
        label=_("Projects"),
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Published projects of the cities of both sides."),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        now = {
            "next_step": partnership.next_step,
            "next_step_on": partnership.next_step_on,
            "topics": partnership.topics.all(),
            "projects": partnership.projects.all(),
        }
        super().__init__(*args, partnership=partnership, initial=now, **kwargs)
        homes = [party.home for party in partnership.parties]
        theirs = Q(city__in=homes, state=Project.State.PUBLISHED) | Q(partnerships=partnership)
        projects: Any = self.fields["projects"]
        projects.queryset = Project.objects.filter(theirs).distinct().order_by("city", "pk")
        if not projects.queryset:
            del self.fields["projects"]

    def save(self, *, by: User) -> None:
        said = self.cleaned_data
        self.partnership.plan(
            by=by,
            seen=said["seen"],
            step=(said["next_step"], said["next_step_on"]),
            topics=said["topics"],
            projects=said.get("projects", []),
        )


class TaskForm(PartnershipForm):
    """A new task of the action plan."""

    done = _("The task is added.")
    title_en = forms.CharField(label=_("Task in English"), max_length=200, required=False)
    title_uk = forms.CharField(label=_("Task in Ukrainian"), max_length=200, required=False)
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput({"type": "date"}))
    party = forms.ModelChoiceField(
        label=_("Responsible"),
        queryset=Party.objects.none(),
        required=False,
        empty_label=_("both sides"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party: Any = self.fields["party"]
        party.queryset = Party.objects.named().filter(pk__in=[one.pk for one in self.partnership.parties])

    def clean(self) -> dict[str, Any]:
        """Something has to be done."""
        found = super().clean() or {}
        if not self.errors and not found.get("title_en") and not found.get("title_uk"):
            raise forms.ValidationError(_("Name the task in one of the two languages, or in both."))
        return found

    def save(self, *, by: User) -> None:
        self.partnership.add_task(**self.cleaned_data)


class TickForm(PartnershipForm):
    """A task is done, or is not after all."""

    done = _("The task is saved.")
    task = forms.ModelChoiceField(queryset=PartnershipTask.objects.none())
    is_done = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        task: Any = self.fields["task"]
        task.queryset = self.partnership.tasks

    def save(self, *, by: User) -> None:
        self.cleaned_data["task"].tick(self.cleaned_data["is_done"], by=by)


class ConfirmForm(PartnershipForm):
    """Whether a claimed partnership stands."""

    done = _("Your answer is saved. Both sides are told.")
    stands = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    note = forms.CharField(label=_("A sentence to the other side"), max_length=500, required=False)

    def clean_stands(self) -> str:
        """Whoever claimed it can take it back, not confirm it."""
        stands = str(self.cleaned_data["stands"])
        if stands == "yes" and self.mine == self.partnership.begun_for:
            raise forms.ValidationError(_("The other side has to confirm it."))
        return stands

    def save(self, *, by: User) -> None:
        if self.cleaned_data["stands"] == "yes":
            self.partnership.confirm(by=by)
        else:
            self.partnership.refuse(by=by, note=self.cleaned_data["note"])


class ShowForm(PartnershipForm):
    """Whether one's own side shows it in the register."""

    done = _("Your choice is saved.")
    shows = forms.BooleanField(label=_("We agree to show it in the public register"), required=False)

    def __init__(self, *args: Any, partnership: Partnership, mine: Party, **kwargs: Any) -> None:
        now = {"shows": partnership.shown_by(mine)}
        super().__init__(*args, partnership=partnership, mine=mine, initial=now, **kwargs)

    def save(self, *, by: User) -> None:
        self.partnership.show(self.mine, self.cleaned_data["shows"], by=by)


class MemorandumForm(PartnershipForm):
    """A signed memorandum."""

    done = _("The memorandum is kept. Only the two sides can open it.")
    file = forms.FileField(
        label=_("Signed memorandum"),
        widget=forms.ClearableFileInput({"accept": ".pdf"}),
        help_text=_("PDF, up to 20 MB."),
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Both sides are reminded 60 days before."),
    )

    def clean_file(self) -> Any:
        """A PDF by its content."""
        file = self.cleaned_data["file"]
        self.checked = check(file)
        if self.checked.type != PDF:
            raise forms.ValidationError(_("Only a PDF can be taken here."))
        return file

    def clean(self) -> dict[str, Any]:
        """It ends after it was signed."""
        found = super().clean() or {}
        signed, until = found.get("signed_on"), found.get("valid_until")
        if signed and until and until <= signed:
            self.add_error("valid_until", _("This is not after the day it was signed."))
        return found

    def save(self, *, by: User) -> None:
        kept = self.checked
        self.partnership.sign(by=by, file_name=kept.name, type=kept.type, size=kept.size, **self.cleaned_data)


FORMS: dict[str, type[PartnershipForm]] = {
    "stage": StageForm,
    "plan": PlanForm,
    "task": TaskForm,
    "tick": TickForm,
    "confirm": ConfirmForm,
    "show": ShowForm,
    "memorandum": MemorandumForm,
}
"""By what is sent as `action`."""
