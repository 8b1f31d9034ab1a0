"""Queries of the city directory, named for what they mean."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

if TYPE_CHECKING:
    from .models import City, Twinning  # noqa: F401 - named in strings


class CityQuerySet(models.QuerySet["City"]):
    """Queries over cities."""

    def members(self) -> "CityQuerySet":
        """Cities that an approved mayor represents."""
        from .models import Mayor

        approved = Mayor.objects.filter(city=OuterRef("pk"), state=Mayor.State.APPROVED)
        return self.filter(Exists(approved))

    def named(self, beginning: str) -> "CityQuerySet":
        """Cities with a name, in any script, that begins so."""
        from .models import CityName

        key = Func(Value(beginning), function="search_key", output_field=models.CharField())
        names = CityName.objects.alias(wanted=key).filter(key__startswith=F("wanted"))
        return self.filter(pk__in=names.values("city"))

    def at(self, country: str, slug: str) -> "City":
        """The city of an address. Raises City.DoesNotExist."""
        return self.select_related("country", "region").get(country_id=country.upper(), slug=slug)


class TwinningQuerySet(models.QuerySet["Twinning"]):
    """Queries over twinnings."""

    def of(self, city: Any) -> "TwinningQuerySet":
        """The twinnings of one city, with both cities and their countries."""
        return self.filter(Q(city_a=city) | Q(city_b=city)).select_related(
            "city_a__country", "city_b__country"
        )

    def twins_of(self, cities: Collection[int]) -> Mapping[int, frozenset[int]]:
        """For each of these ids those of the cities that it is twinned with: one query."""
        found: dict[int, set[int]] = {city: set() for city in cities}
        touching = self.filter(Q(city_a__in=cities) | Q(city_b__in=cities))
        for ends in touching.values_list("city_a_id", "city_b_id"):
            for city, twin in (ends, ends[::-1]):
                if city in found:
                    found[city].add(twin)
        return {city: frozenset(twins) for city, twins in found.items()}

    def between(self, cities: Collection[int]) -> "TwinningQuerySet":
        """The twinnings whose two cities are both among these ids."""
        return self.filter(city_a__in=cities, city_b__in=cities)
