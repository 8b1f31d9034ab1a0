"""Forms of the organisers' schedule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.free_slots import Opening, is_online
from events.models import Interpreter, MeetingRequest, ScheduleRun, Slot, Table


class RunForm(forms.ModelForm):
    """How long the scheduler may search."""

    class Meta:
        model = ScheduleRun
        fields = ("seconds",)


class PlaceForm(forms.Form):
    """Where and when a meeting is held. Without a table it is held online, where that is possible."""

    slot = forms.ModelChoiceField(Slot.objects.none(), label=_("Slot"))
    table = forms.ModelChoiceField(Table.objects.none(), label=_("Table"), required=False)
    interpreter = forms.ModelChoiceField(Interpreter.objects.none(), label=_("Interpreter"), required=False)

    def __init__(self, request: MeetingRequest, *args: Any, **kwargs: Any) -> None:
        event = request.event
        super().__init__(*args, **kwargs)
        slots = event.slots.order_by("starts_at")
        self.fields["slot"].queryset = slots  # type: ignore[attr-defined]
        self.fields["slot"].label_from_instance = lambda slot: self._named(slot, event)  # type: ignore[attr-defined]
        self.fields["interpreter"].queryset = event.interpreters.all()  # type: ignore[attr-defined]
        self.fields["interpreter"].empty_label = _("none")  # type: ignore[attr-defined]
        if is_online(request):
            del self.fields["table"]
        else:
            self.fields["table"].required = True
            self.fields["table"].queryset = event.tables.all()  # type: ignore[attr-defined]

    @staticmethod
    def _named(slot: Slot, event: Any) -> str:
        slot.event = event
        return str(slot)

    def place(self) -> Opening:
        """What was chosen."""
        chosen = self.cleaned_data
        return Opening(chosen["slot"], chosen.get("table"), chosen["interpreter"])
