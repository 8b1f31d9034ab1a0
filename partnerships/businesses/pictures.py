"""The directory of businesses on a map."""

import numpy as np
from django.urls import reverse
from django.utils.translation import ngettext

from cities.listing import grouped
from cities.mapping import Cluster, Floats
from cities.result_map import Place, ResultMap
from cities.selection import Selection

from .directory import BusinessDirectory


class BusinessMap(ResultMap):
    """The businesses of a result, each at its city; clusters count businesses."""

    def __init__(self, directory: BusinessDirectory, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory, self.home = directory, reverse("businesses")

    def title(self) -> str:
        total = len(self.selection)
        label = ngettext("Map of %(count)s business found", "Map of %(count)s businesses found", total)
        return label % {"count": grouped(total)}

    def weight(self) -> Floats:
        cities = self.directory.city[self.selection.rows]
        return self.directory.cities.reference.population[cities].astype(np.float64)

    def one(self, row: int) -> Place:
        label = f"{self.directory.name[row]}, {self._city(row)}"
        return Place(label, f"{self.home}{self.directory.slug[row]}/")

    def several(self, row: int, cluster: Cluster) -> str:
        if cluster.is_one_place:
            label = ngettext("%(city)s: %(count)s business", "%(city)s: %(count)s businesses", cluster.count)
        else:
            # Translators: a circle on the map that stands for several cities; this one is the largest.
            label = ngettext(
                "%(city)s and around: %(count)s business",
                "%(city)s and around: %(count)s businesses",
                cluster.count,
            )
        return label % {"city": self._city(row), "count": grouped(cluster.count)}

    def _city(self, row: int) -> str:
        return self.directory.cities.name(int(self.directory.city[row]))
