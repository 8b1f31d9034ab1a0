"""Editing what a city says of itself: saved as a whole, with every version kept and any of them returnable.

The content of a version is what JSON can hold: {"profile": {field: value}, "photo": name of the file,
"statements": {"need" or "offer": {topic: [note in English, note in Ukrainian]}}}.
"""

from typing import Any, NamedTuple

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User

from .city_page import language_names
from .models import City, CityProfile, Goal, KindOfPlace, ProfileVersion, Topic, TopicStatement

FIELDS = [
    "summary_en",
    "summary_uk",
    "goals",
    "languages",
    "kinds_of_place",
    "website",
    "public_email",
    "public_phone",
    "is_open",
]
Content = dict[str, Any]
Kind = TopicStatement.Kind


class EditedMeanwhile(Exception):
    """Somebody saved a version after the one that the editor saw."""

    def __init__(self, latest: ProfileVersion) -> None:
        super().__init__(str(latest))
        self.latest = latest


class Difference(NamedTuple):
    """One thing that two versions say differently, in words."""

    label: str
    before: str
    after: str


def content_of(city: City) -> Content:
    """What the city says of itself now: two queries."""
    profile = CityProfile.objects.filter(city=city).first() or CityProfile(city=city)
    statements: dict[str, dict[str, list[str]]] = {Kind.NEED.value: {}, Kind.OFFER.value: {}}
    for one in TopicStatement.objects.filter(city=city):
        statements[one.kind][one.topic_id] = [one.note_en, one.note_uk]
    return {
        "profile": {name: getattr(profile, name) for name in FIELDS},
        "photo": profile.photo.name or "",
        "statements": statements,
    }


def latest_version(city: City) -> ProfileVersion | None:
    """The version saved last."""
    return ProfileVersion.objects.filter(city=city).select_related("by").first()


def save(city: City, content: Content, *, by: User, seen: int | None) -> ProfileVersion | None:
    """Make `content` what the city says of itself; the new version, or None if nothing changed.

    `seen` is the number of the version that the editor began with, None if there was none. Raises
    EditedMeanwhile if there is a newer one. Everything is in one transaction, and so are the scoring jobs
    that the changed rows announce.
    """
    with transaction.atomic():
        City.objects.select_for_update(of=("self",)).get(pk=city.pk)
        latest = latest_version(city)
        if latest is not None and latest.pk != seen:
            raise EditedMeanwhile(latest)
        before = content_of(city)
        if content == before:
            return None
        if latest is None and CityProfile.objects.filter(city=city).exists():
            ProfileVersion.objects.create(city=city, content=before)
        _write(city, before, content)
        AuditEntry.note(by, "profile edited", city, changes=changed_parts(before, content))
        return ProfileVersion.objects.create(city=city, by=by, content=content)


def _write(city: City, before: Content, content: Content) -> None:
    if (before["profile"], before["photo"]) != (content["profile"], content["photo"]):
        profile = CityProfile.objects.filter(city=city).first() or CityProfile(city=city)
        for name, value in content["profile"].items():
            setattr(profile, name, value)
        profile.photo.name = content["photo"]
        profile.save()
    for kind, wanted in content["statements"].items():
        present = before["statements"][kind]
        for topic in present.keys() - wanted.keys():
            TopicStatement.objects.get(city=city, kind=kind, topic=topic).delete()
        for topic, (english, ukrainian) in wanted.items():
            if present.get(topic) != [english, ukrainian]:
                TopicStatement.objects.update_or_create(
                    city=city, kind=kind, topic_id=topic, defaults={"note_en": english, "note_uk": ukrainian}
                )


def changed_parts(before: Content, after: Content) -> list[str]:
    """The names of the parts that differ."""
    fields = [name for name in FIELDS if before["profile"].get(name) != after["profile"].get(name)]
    others = [name for name in ("photo", "statements") if before[name] != after[name]]
    return fields + others


def topic_names() -> dict[str, str]:
    """The names of the topics by their code, in the reader's language."""
    return {topic.code: topic.name for topic in Topic.objects.all()}


def differences(before: Content, after: Content, topics: dict[str, str]) -> list[Difference]:
    """What two versions say differently, in the reader's language; `topics` are their names by code."""
    found = [
        Difference(
            capfirst(str(CityProfile._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
            in_words(name, before["profile"].get(name)),
            in_words(name, after["profile"].get(name)),
        )
        for name in changed_parts(before, after)
        if name in FIELDS
    ]
    if before["photo"] != after["photo"]:
        found.append(Difference(_("Photo"), _yes_or_no(before["photo"]), _yes_or_no(after["photo"])))
    for kind, label in [(Kind.NEED.value, _("Looks for")), (Kind.OFFER.value, _("Offers"))]:
        old, new = before["statements"][kind], after["statements"][kind]
        found += [
            Difference(f"{label}: {topics.get(topic, topic)}", _note(old.get(topic)), _note(new.get(topic)))
            for topic in sorted(old.keys() | new.keys())
            if old.get(topic) != new.get(topic)
        ]
    return found


def in_words(name: str, value: Any) -> str:
    """The value of a field of the profile for people."""
    if isinstance(value, bool):
        return _yes_or_no(value)
    if not value:
        return "-"
    match name:
        case "languages":
            return ", ".join(language_names(value))
        case "goals":
            return ", ".join(str(Goal(code).label) for code in value if code in Goal)
        case "kinds_of_place":
            return ", ".join(str(KindOfPlace(code).label) for code in value if code in KindOfPlace)
    return str(value)


def _yes_or_no(value: Any) -> str:
    return _("yes") if value else _("no")


def _note(notes: list[str] | None) -> str:
    if notes is None:
        return "-"
    return " / ".join(filter(None, notes)) or _("yes")
