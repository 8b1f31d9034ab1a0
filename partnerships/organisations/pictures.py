"""A directory of organisations on a map."""

from typing import ClassVar

import numpy as np
from django.urls import reverse

from cities.mapping import Floats
from cities.result_map import Place, ResultMap
from cities.selection import Selection

from .directory import OrganisationDirectory


class OrganisationMap(ResultMap):
    """The organisations of a result, each at its city; clusters count organisations."""

    HOME: ClassVar[str]
    """The name of the directory's address."""

    def __init__(self, directory: OrganisationDirectory, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory, self.home = directory, reverse(self.HOME)

    def weight(self) -> Floats:
        cities = self.directory.city[self.selection.rows]
        return self.directory.cities.reference.population[cities].astype(np.float64)

    def one(self, row: int) -> Place:
        label = f"{self.directory.name[row]}, {self.city(row)}"
        return Place(label, f"{self.home}{self.directory.slug[row]}/")

    def city(self, row: int) -> str:
        """The name of an organisation's city."""
        return self.directory.cities.name(int(self.directory.city[row]))
