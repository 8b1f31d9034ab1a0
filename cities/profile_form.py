"""The form by which a city's mayors say what the city looks for and offers."""

from dataclasses import dataclass
from typing import Any

from babel import Locale
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from .directory import reader_language
from .models import Country, Goal, KindOfPlace, Topic, TopicStatement
from .photos import clean_photo
from .profile import FIELDS, Content

KINDS = [TopicStatement.Kind.NEED.value, TopicStatement.Kind.OFFER.value]
ALSO_SPOKEN = {"en", "fr", "ar", "he", "ja", "ko", "zh"}  # wherever the portal's countries are


def language_choices() -> list[tuple[str, str]]:
    """Languages of Europe and some more, by their name in the reader's language."""
    spoken = {code for codes in Country.objects.values_list("languages", flat=True) for code in codes}
    names = Locale(reader_language()).languages
    known = ((code, names.get(code, code)) for code in spoken | ALSO_SPOKEN)
    return sorted(((code, name[:1].upper() + name[1:]) for code, name in known), key=lambda one: one[1])


@dataclass(frozen=True)
class TopicFields:
    """The fields of one topic: for each kind whether it is stated, and its notes."""

    topic: Topic
    kinds: list[tuple[BoundField, BoundField, BoundField]]


class ProfileForm(forms.Form):
    """What a city says of itself. `content` is what it says now, in the form of `profile`."""

    summary_en = forms.CharField(
        label=_("Summary in English"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    summary_uk = forms.CharField(
        label=_("Summary in Ukrainian"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    goals = forms.MultipleChoiceField(
        label=_("What you want of partners"),
        choices=Goal,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds_of_place = forms.MultipleChoiceField(
        label=_("Kind of place"), choices=KindOfPlace, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    public_email = forms.EmailField(label=_("Public e-mail"), required=False)
    public_phone = forms.RegexField(
        r"^[0-9 +()/.-]*$", label=_("Public telephone"), max_length=40, required=False
    )
    is_open = forms.BooleanField(label=_("Open to new partners"), required=False)
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP up to 8 MB. The place where it was taken is removed from the file."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        self.topics = list(Topic.objects.all())
        self.fields["languages"].choices = language_choices()  # type: ignore[attr-defined]
        if not content["photo"]:
            del self.fields["remove_photo"]
        for topic in self.topics:
            for kind in KINDS:
                self._add_statement(kind, topic)
        self.initial = {**content["profile"], **self._statements_now()}

    def _add_statement(self, kind: str, topic: Topic) -> None:
        name = f"{kind}_{topic.code}"
        label = _("We look for it") if kind == KINDS[0] else _("We offer it")
        self.fields[name] = forms.BooleanField(label=label, required=False)
        for language, text in [("en", _("A sentence in English")), ("uk", _("A sentence in Ukrainian"))]:
            self.fields[f"{name}_{language}"] = forms.CharField(label=text, max_length=300, required=False)

    def _statements_now(self) -> dict[str, Any]:
        return {
            field: value
            for kind, stated in self.content["statements"].items()
            for topic, (english, ukrainian) in stated.items()
            for field, value in [
                (f"{kind}_{topic}", True),
                (f"{kind}_{topic}_en", english),
                (f"{kind}_{topic}_uk", ukrainian),
            ]
        }

    def by_topic(self) -> list[TopicFields]:
        """The fields of needs and offers, topic by topic."""
        return [
            TopicFields(
                topic,
                [
                    (
                        self[f"{kind}_{topic.code}"],
                        self[f"{kind}_{topic.code}_en"],
                        self[f"{kind}_{topic.code}_uk"],
                    )
                    for kind in KINDS
                ],
            )
            for topic in self.topics
        ]

    def about(self) -> list[BoundField]:
        """The fields that are not about topics."""
        names = [*FIELDS[:2], "goals", "kinds_of_place", "languages", *FIELDS[5:], "photo", "remove_photo"]
        return [self[name] for name in names if name in self.fields]

    def clean_photo(self) -> Any:
        """The photo, made anew."""
        file = self.cleaned_data["photo"]
        return clean_photo(file) if file else None

    def clean(self) -> dict[str, Any]:
        """A new sentence about a topic that is not ticked was not meant to be lost."""
        data = super().clean() or self.cleaned_data
        for topic in self.topics:
            for kind in KINDS:
                name = f"{kind}_{topic.code}"
                for note in (f"{name}_en", f"{name}_uk"):
                    if data.get(note) and not data.get(name) and data[note] != self.initial.get(note, ""):
                        self.add_error(note, _("Tick the topic, or empty this sentence."))
        return data

    def typed(self, photo: str) -> Content:
        """What was typed, in the form of `profile`; `photo` is the file's name. Call it on a valid form."""
        data = self.cleaned_data
        return {
            "profile": {name: data[name] for name in FIELDS},
            "photo": photo,
            "statements": {
                kind: {
                    topic.code: [data[f"{kind}_{topic.code}_en"], data[f"{kind}_{topic.code}_uk"]]
                    for topic in self.topics
                    if data[f"{kind}_{topic.code}"]
                }
                for kind in KINDS
            },
        }
