"""The form of a matching round."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cities.alphabet import reader_key
from cities.models import City, Country, Region
from partnerships.models import MatchingRound

MOST_CITIES = 5000
EXACTLY = _(
    "GeoNames numbers or addresses such as ua/lviv, one a line. Where there are any, the filters above do "
    "not count."
)
MOST_NAMED = 10  # of the lines that mean nothing


class CityListField(forms.CharField):
    """Cities, one a line: GeoNames numbers or addresses such as ua/lviv. Gives their ids, each once."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(number) for number in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        lines = [line.strip().lower() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_CITIES:
            raise forms.ValidationError(_("These are too many cities: %d at most.") % MOST_CITIES)
        numbers = {line: int(line) for line in lines if line.isascii() and line.isdigit() and len(line) < 18}
        addresses = {line: tuple(line.split("/")) for line in lines if line.count("/") == 1}
        by_number = set(City.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True))
        wanted = Q(
            country__in={country.upper() for country, _slug in addresses.values()},
            slug__in={slug for _country, slug in addresses.values()},
        )
        by_address = {
            f"{country.lower()}/{slug}": pk
            for pk, country, slug in City.objects.filter(wanted).values_list("pk", "country_id", "slug")
        }
        found = {line: number for line, number in numbers.items() if number in by_number}
        found |= {line: by_address[line] for line in addresses if line in by_address}
        if missing := [line for line in lines if line not in found]:
            raise forms.ValidationError(
                _("There are no such cities: %(lines)s"),
                params={"lines": ", ".join(line[:60] for line in missing[:MOST_NAMED])},
            )
        return list(dict.fromkeys(found[line] for line in lines))


class MatchingRoundForm(forms.ModelForm):
    """Who takes part, among whom, how many partners each."""

    taker_countries = forms.MultipleChoiceField(
        label=_("countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Cities of these countries take part."),
    )
    taker_regions = forms.MultipleChoiceField(
        label=_("regions"),
        required=False,
        help_text=_("Cities of these regions take part; of a country named above, only they do."),
    )
    taker_cities = CityListField(label=_("exactly these cities"), required=False, help_text=EXACTLY)
    candidate_countries = forms.MultipleChoiceField(
        label=_("countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all countries. Nobody is given a city of their own country."),
    )
    candidate_cities = CityListField(label=_("exactly these cities"), required=False, help_text=EXACTLY)

    class Meta:
        model = MatchingRound
        fields = [
            "title_en",
            "title_uk",
            "taker_countries",
            "taker_regions",
            "takers_members_only",
            "takers_min_population",
            "taker_cities",
            "candidate_countries",
            "candidates_members_only",
            "candidates_min_population",
            "candidates_max_population",
            "candidate_cities",
            "partners_each",
            "capacity",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)
        with_cities = Country.objects.filter(cities__isnull=False).distinct()
        countries = by_label((one.code, one.name) for one in with_cities)
        self.fields["taker_countries"].choices = countries  # type: ignore[attr-defined]
        self.fields["candidate_countries"].choices = countries  # type: ignore[attr-defined]
        self.fields["taker_regions"].choices = regions_by_country()  # type: ignore[attr-defined]
        self.fields["taker_regions"].widget.attrs["size"] = 8


def regions_by_country() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices: the regions, grouped by their countries, in the reader's alphabet."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for region in Region.objects.select_related("country"):
        groups.setdefault(region.country.name, []).append((region.code, region.name))
    in_order = sorted(groups, key=reader_key)
    return [(country, by_label(groups[country])) for country in in_order]


def by_label(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices in the reader's alphabet."""
    return sorted(choices, key=lambda choice: reader_key(choice[1]))
