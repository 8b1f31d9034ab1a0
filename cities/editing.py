"""Editing what somebody says of itself, be it a city or a business: saved as a whole, every version kept.

The content of a version is what JSON can hold: {"profile": {field: value}, "statements": {kind of statement:
{code of what is stated: [note in English, note in Ukrainian]}}}, and what a kind of profile has beside it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, User

Content = dict[str, Any]


class SavedVersion(models.Model):
    """A content as it was saved once. Whose it is, is a foreign key of the concrete model."""

    at = models.DateTimeField(gettext_lazy("saved"), default=timezone.now)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    content = models.JSONField(gettext_lazy("content"))

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]


class EditedMeanwhile(Exception):
    """Somebody saved a version after the one that the editor saw."""

    def __init__(self, latest: SavedVersion) -> None:
        super().__init__(str(latest))
        self.latest = latest


class Difference(NamedTuple):
    """One thing that two versions say differently, in words."""

    label: str
    before: str
    after: str


class ProfileEditing(ABC):
    """How one kind of subject keeps its profile, its statements and their versions.

    `owner` is the name of the subject in the tables of profiles, statements and versions; `item` is the
    attribute of a statement that says what is stated; `KINDS` are the kinds of statements with their labels.
    """

    profiles: type[models.Model]
    statements: type[models.Model]
    versions: type[SavedVersion]
    owner: ClassVar[str]
    item: ClassVar[str]
    FIELDS: ClassVar[Sequence[str]]
    KINDS: ClassVar[Mapping[str, Any]]
    OTHERS: ClassVar[Mapping[str, Any]] = {}
    """Parts of a content beside the fields and the statements, with their labels."""

    @abstractmethod
    def items(self) -> Mapping[str, str]:
        """What can be stated, in its order: names in the reader's language by code."""

    @abstractmethod
    def in_words(self, name: str, value: Any) -> str:
        """The value of a field or of another part for people; it is not empty."""

    def present(self, subject: Any) -> Any:
        """The profile of a subject; a new one, not saved, if there is none."""
        return self._profile(subject) or self.profiles(**{self.owner: subject})

    def shown(self, subject: Any, content: Content) -> Any:
        """A profile of the subject, not saved, that has the fields of a content."""
        profile = self.profiles(**{self.owner: subject})
        self._fill(profile, content)
        return profile

    def _fill(self, profile: Any, content: Content) -> None:
        for name, value in content["profile"].items():
            field: models.Field[Any, Any] = profile._meta.get_field(name)
            setattr(profile, name, field.to_python(value))

    def others_of(self, profile: Any) -> Content:
        """The other parts of what is said now."""
        return {}

    def write_others(self, profile: Any, content: Content) -> None:
        """Put the other parts of a content on a profile, before it is saved."""
        if self.OTHERS:
            raise NotImplementedError

    def content_of(self, subject: Any) -> Content:
        """What the subject says of itself now: two queries, and what the other parts need."""
        return self._content(subject, self.present(subject))

    def _content(self, subject: Any, profile: Any) -> Content:
        stated: dict[str, dict[str, list[str]]] = {kind: {} for kind in self.KINDS}
        for one in self._statements(subject):
            stated[one.kind][getattr(one, self.item)] = [one.note_en, one.note_uk]
        fields = {name: plain(getattr(profile, name)) for name in self.FIELDS}
        return {"profile": fields, **self.others_of(profile), "statements": stated}

    def versions_of(self, subject: Any) -> Any:
        """All versions, the latest first, with who saved them."""
        return self.versions._default_manager.filter(**{self.owner: subject}).select_related("by")

    def latest_version(self, subject: Any) -> SavedVersion | None:
        """The version saved last."""
        found: SavedVersion | None = self.versions_of(subject).first()
        return found

    def version_content(self, subject: Any, number: int | None) -> Content:
        """What a version of this subject says; what it says now if there is no such version."""
        version = self.versions_of(subject).filter(pk=number).first()
        return version.content if version else self.content_of(subject)

    def save(self, subject: Any, content: Content, *, by: User, seen: int | None) -> SavedVersion | None:
        """Make `content` what the subject says of itself; the new version, or None if nothing changed.

        `seen` is the number of the version that the editor began with, None if there was none. Raises
        EditedMeanwhile if there is a newer one. Everything is in one transaction, and so are the jobs that
        the changed rows announce.
        """
        with transaction.atomic():
            type(subject).objects.select_for_update(of=("self",)).get(pk=subject.pk)
            latest = self.latest_version(subject)
            if latest is not None and latest.pk != seen:
                raise EditedMeanwhile(latest)
            profile = self.present(subject)
            before, exists = self._content(subject, profile), not profile._state.adding
            if exists and content == before:
                return None
            if latest is None and exists:
                self._keep(subject, None, before)
            self.put(subject, profile, before, content)
            AuditEntry.note(by, "profile edited", subject, changes=self.changed_parts(before, content))
            return self._keep(subject, by, content)

    def _keep(self, subject: Any, by: User | None, content: Content) -> SavedVersion:
        version: SavedVersion = self.versions._default_manager.create(
            **{self.owner: subject}, by=by, content=content
        )
        return version

    def write(self, subject: Any, content: Content, *, is_demonstration: bool = False) -> Any:
        """Put a content in the place of what is there, without a version; call it in a transaction.

        Returns the profile. Rows that stay as they are, are not touched, so that they announce nothing.
        """
        profile = self.present(subject)
        profile.is_demonstration |= is_demonstration
        self.put(subject, profile, self._content(subject, profile), content)
        return profile

    def put(self, subject: Any, profile: Any, before: Content, content: Content) -> None:
        """Write a content over what the subject said, its profile and `before`."""
        is_changed = any(before[part] != content[part] for part in ("profile", *self.OTHERS))
        if profile._state.adding or is_changed:
            self._fill(profile, content)
            self.write_others(profile, content)
            profile.save()
        self._write_statements(subject, before["statements"], content["statements"])

    def _write_statements(
        self, subject: Any, before: Mapping[str, Content], wanted: Mapping[str, Content]
    ) -> None:
        for one in self._statements(subject):
            if getattr(one, self.item) not in wanted[one.kind]:
                one.delete()
        for kind, stated in wanted.items():
            for code, (english, ukrainian) in stated.items():
                if before[kind].get(code) != [english, ukrainian]:
                    self.statements._default_manager.update_or_create(
                        **{self.owner: subject, self.item: code},
                        kind=kind,
                        defaults={"note_en": english, "note_uk": ukrainian},
                    )

    def statements_of(self, subject: Any, content: Content) -> list[Any]:
        """The statements of a content, in the order of what can be stated; not saved."""
        return [
            self.statements(
                **{self.owner: subject, self.item: code}, kind=kind, note_en=stated[0], note_uk=stated[1]
            )
            for kind, by_code in content["statements"].items()
            for code in self.items()
            if (stated := by_code.get(code)) is not None
        ]

    def changed_parts(self, before: Content, after: Content) -> list[str]:
        """The names of the parts that differ."""
        fields = [name for name in self.FIELDS if before["profile"].get(name) != after["profile"].get(name)]
        return fields + [name for name in (*self.OTHERS, "statements") if before.get(name) != after.get(name)]

    def differences(
        self, before: Content, after: Content, names: Mapping[str, str] | None = None
    ) -> list[Difference]:
        """What two versions say differently, in the reader's language. `names` are `items()`, if at hand."""
        found = []
        for name in self.changed_parts(before, after):
            if name in self.FIELDS:
                label = self.profiles._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                old, new = before["profile"].get(name), after["profile"].get(name)
            elif name in self.OTHERS:
                label, old, new = self.OTHERS[name], before.get(name), after.get(name)
            else:
                continue
            found.append(Difference(capfirst(str(label)), self._shown(name, old), self._shown(name, new)))
        names = self.items() if names is None else names
        for kind, label in self.KINDS.items():
            old, new = before["statements"][kind], after["statements"][kind]
            found += [
                Difference(f"{label}: {names.get(code, code)}", _note(old.get(code)), _note(new.get(code)))
                for code in sorted(old.keys() | new.keys())
                if old.get(code) != new.get(code)
            ]
        return found

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return self.in_words(name, value) if value else "-"

    def _profile(self, subject: Any) -> Any:
        return self.profiles._default_manager.filter(**{self.owner: subject}).first()

    def _statements(self, subject: Any) -> Any:
        return self.statements._default_manager.filter(**{self.owner: subject})


def plain(value: Any) -> Any:
    """A value as a content holds it: equal sums and days are equal texts, all else stays as it is."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def _note(notes: list[str] | None) -> str:
    if notes is None:
        return "-"
    return " / ".join(filter(None, notes)) or _("yes")
