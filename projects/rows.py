"""Tables of parts, a project's or another owner's, in its forms: rows that are there, and empty ones."""

from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .forms import RowForm
from .models.texts import Named

MOST_ROWS = 60
EMPTY_ROWS = 2


class Rows(forms.BaseFormSet):
    """The rows of one kind of part. A row that is not sent stays as it is; one that is gone comes anew."""

    form: type[RowForm]
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": ngettext_lazy("At most %(num)d row here.", "At most %(num)d rows here.", "num"),
    }

    def __init__(
        self, *args: Any, owner: Any, existing: list[Any], is_unchecked: bool = False, **kwargs: Any
    ) -> None:
        self.owner, self.existing, self.is_unchecked = owner, existing, is_unchecked
        self.by_number = {one.pk: one for one in existing}
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = [{}] * len(existing)  # as many rows as are there

    @property
    def model(self) -> type[Named]:
        """Of what these are rows."""
        return self.form._meta.model

    @property
    def title(self) -> Any:
        """What the table is called."""
        return self.model._meta.verbose_name_plural

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each row's form works on its part, or on a new one."""
        return {
            **super().get_form_kwargs(index),
            "instance": self._part(index),
            "is_unchecked": self.is_unchecked,
        }

    def _part(self, index: int | None) -> Any:
        found = None
        if index is not None and self.is_bound:
            number = self.data.get(f"{self.prefix}-{index}-pk", "")
            found = self.by_number.get(int(number)) if number.isdecimal() and len(number) < 19 else None
        elif index is not None and index < len(self.existing):
            found = self.existing[index]
        return found or self.form._meta.model(**{self.form.OWNER: self.owner})

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """A box to remove the row, where there is something to remove."""
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].label = _("Remove")

    def clean(self) -> None:
        """No two rows are alike in what must be unique."""
        name = self.form.UNIQUE
        if not name or self.is_unchecked:
            return
        sent = {form.instance.pk for form in self.forms}
        taken = {getattr(one, name) for one in self.existing if one.pk not in sent}
        for form in self.kept:
            value = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
            if value and value in taken:
                form.add_error(name, _("This is listed already."))
            taken.add(value)

    def is_valid(self) -> bool:
        """Whether all rows are; `clean` may have found fault with some after they were counted."""
        return super().is_valid() and not any(form.errors for form in self.kept)

    @property
    def kept(self) -> list[Any]:
        """The rows that are not to be removed, of a table that was sent."""
        return [form for form in self.forms if not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def record(self, recorder: Any) -> None:
        """Save what was typed."""
        for form in self.deleted_forms:
            if form.instance.pk:
                recorder.remove(form.instance)
        for form in self.kept:
            if form.before is not None or form.has_changed():
                form.record(recorder)


def rows_of(form: type[RowForm], owner: Any, *args: Any, **more: Any) -> Rows:
    """The table of a kind of part of a project, or another owner: its rows, and some empty ones."""
    model = form._meta.model
    made: Any = forms.formset_factory(
        form, formset=Rows, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_ROWS, validate_max=True,
        absolute_max=MOST_ROWS + EMPTY_ROWS,
    )  # fmt: skip
    existing = list(form.existing(owner)[:MOST_ROWS])
    for one in existing:
        setattr(one, form.OWNER, owner)
    return made(*args, prefix=model._meta.model_name, owner=owner, existing=existing, **more)
