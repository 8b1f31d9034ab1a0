"""What the administration reads from and writes to CSV and XLSX files.

Cities are named by their GeoNames id.
"""

from typing import Any

from django.utils.translation import gettext as _
from import_export import fields, widgets

from accounts.resources import FileResource

from .models import City, CityProfile, Topic, TopicStatement, Twinning


class CleanResource(FileResource):
    """Rows are checked as a form would check them, and unchanged ones are left alone."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_bulk = False  # each row is saved as a person would save it, so that what follows from it happens


class CityWidget(widgets.ForeignKeyWidget):
    """A city by its GeoNames id."""

    def clean(self, value: Any, row: dict[str, Any] | None = None, **options: Any) -> City:
        """The city. Raises ValueError, in the reader's language, where there is none."""
        number = str(value or "").strip()
        try:
            return City.objects.get(pk=int(number))
        except (City.DoesNotExist, ValueError, OverflowError):
            message = _("There is no city with the GeoNames id “%(number)s”.")
            raise ValueError(message % {"number": number}) from None


def city_field(attribute: str) -> fields.Field:
    """A column with the GeoNames id of a city."""
    return fields.Field(attribute, column_name=attribute, widget=CityWidget(City, "id"))


class TopicResource(CleanResource):
    """Topics by their code."""

    class Meta(CleanResource.Meta):
        model = Topic
        import_id_fields = ["code"]
        fields = ["code", "name_en", "name_uk", "position"]


class TwinningResource(CleanResource):
    """Ties by their two cities, in either order."""

    city_a = city_field("city_a")
    city_b = city_field("city_b")

    class Meta(CleanResource.Meta):
        model = Twinning
        import_id_fields = ["city_a", "city_b"]
        fields = ["city_a", "city_b", "source", "since"]

    def before_import_row(self, row: dict[str, Any], **options: Any) -> None:
        """Put the city with the lower id first, as they are stored."""
        pair = [str(row.get("city_a") or "").strip(), str(row.get("city_b") or "").strip()]
        if all(number.isdecimal() for number in pair):
            row["city_a"], row["city_b"] = sorted(pair, key=int)


class CityProfileResource(CleanResource):
    """Profiles by their city."""

    city = city_field("city")

    class Meta(CleanResource.Meta):
        model = CityProfile
        import_id_fields = ["city"]
        fields = ["city", "summary_en", "summary_uk", "goals", "languages", "website"]


class TopicStatementResource(CleanResource):
    """Needs and offers by city, topic and kind."""

    city = city_field("city")

    class Meta(CleanResource.Meta):
        model = TopicStatement
        import_id_fields = ["city", "topic", "kind"]
        fields = ["city", "topic", "kind", "note_en", "note_uk"]
