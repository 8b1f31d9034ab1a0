"""What a city says of itself. Its content has also a "photo": the name of a file."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .city_page import language_names
from .editing import Content, ProfileEditing
from .models import CityProfile, Goal, KindOfPlace, ProfileVersion, Topic, TopicStatement


class CityEditing(ProfileEditing):
    """How cities keep their profiles."""

    profiles, statements, versions = CityProfile, TopicStatement, ProfileVersion
    owner, item = "city", "topic_id"
    FIELDS = (
        "summary_en",
        "summary_uk",
        "goals",
        "languages",
        "kinds_of_place",
        "website",
        "public_email",
        "public_phone",
        "is_open",
    )
    KINDS: ClassVar[Mapping[str, Any]] = {
        TopicStatement.Kind.NEED.value: gettext_lazy("Looks for"),
        TopicStatement.Kind.OFFER.value: gettext_lazy("Offers"),
    }
    OTHERS: ClassVar[Mapping[str, Any]] = {"photo": gettext_lazy("Photo")}

    def items(self) -> Mapping[str, str]:
        """The topics."""
        return {topic.code: topic.name for topic in Topic.objects.all()}

    def others_of(self, profile: CityProfile) -> Content:
        """The photo."""
        return {"photo": profile.photo.name or ""}

    def write_others(self, profile: CityProfile, content: Content) -> None:
        """Put the photo on the profile."""
        profile.photo.name = content["photo"]

    def in_words(self, name: str, value: Any) -> str:
        """The value of a field, or whether there is a photo."""
        match name:
            case "languages":
                return ", ".join(language_names(value))
            case "goals":
                return ", ".join(str(Goal(code).label) for code in value if code in Goal)
            case "kinds_of_place":
                return ", ".join(str(KindOfPlace(code).label) for code in value if code in KindOfPlace)
            case "photo":
                return _("yes")
        return str(value)


editing = CityEditing()
