"""A form field for an activity of NACE: its code, or words of its title in either language."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import nace

MOST_LISTED = 6
"""Activities that an answer names; where more fit, one had better type more words."""


class ActivityInput(forms.TextInput):
    """A text, for which the browser offers all activities."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input with its list. The browser filters it as one types."""
        offered = f"{name}-offered"
        shown = super().render(name, value, {**(attrs or {}), "list": offered}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((label,) for label in _offered()))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, offered, options)


class ActivityField(forms.CharField):
    """A division, group or class of NACE; empty if nothing is typed. Words that fit several ask for one."""

    widget = ActivityInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 250, "required": False, **kwargs})

    def clean(self, value: Any) -> str:
        """The code. Raises ValidationError for what means none, or more than one."""
        text = super().clean(value)
        if not text:
            return ""
        found = nace.found(text)
        if len(found) == 1:
            return found[0].code
        if found:
            listed = "; ".join(nace.shown(one.code) for one in found[:MOST_LISTED])
            said = _("Several activities fit: %(activities)s.")
            if len(found) > MOST_LISTED:
                said = _("Many activities fit, for instance: %(activities)s. Type more words, or the number.")
            raise forms.ValidationError(said % {"activities": listed})
        raise forms.ValidationError(
            _("No activity is called “%(text)s”. Type its number, or a word of its title.") % {"text": text}
        )

    def prepare_value(self, value: Any) -> Any:
        """A code with its title; what was typed stays as it is."""
        known = nace.activities().get(value) if isinstance(value, str) else None
        return value if known is None else nace.shown(known.code)


def _offered() -> list[str]:
    return [label for _section, under in nace.activity_choices() for _code, label in under]
