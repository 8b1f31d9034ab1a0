"""What administrations write to and read from CSV and XLSX files."""

from typing import Any

from import_export import resources, widgets


class PlainNumber(widgets.IntegerWidget):
    """A whole number as programs write it: no separator between thousands, in whatever language."""

    def render(self, value: int | None, obj: Any = None, **options: Any) -> str:
        """The digits; empty for what is not known."""
        return "" if value is None else str(value)


class FileResource(resources.ModelResource):
    """Rows of a file that are the same in every language."""

    WIDGETS_MAP = {
        kind: PlainNumber if widget is widgets.IntegerWidget else widget
        for kind, widget in resources.ModelResource.WIDGETS_MAP.items()
    }
