"""The directory's maps: a result as clusters, and a city with its twins."""

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import mapping
from .directory import Directory
from .facets import Rows
from .listing import city_url, grouped
from .models import Twinning
from .result_map import Place, ResultMap
from .selection import Selection


class CityMap(ResultMap):
    """The cities of a result."""

    def __init__(self, directory: Directory, selection: Selection) -> None:
        super().__init__(directory, selection)
        self.directory, self.home = directory, reverse("cities")

    def title(self) -> str:
        total = len(self.selection)
        label = ngettext("Map of %(count)s city found", "Map of %(count)s cities found", total)
        return label % {"count": grouped(total)}

    def weight(self) -> mapping.Floats:
        return self.directory.reference.population[self.selection.rows].astype(np.float64)

    def one(self, row: int) -> Place:
        is_member = self.directory.statements.member.sets[row] == 0
        kind = "member" if is_member else "city"
        return Place(self.directory.name(row), city_url(self.directory, row, self.home), kind)

    def several(self, row: int, cluster: mapping.Cluster) -> str:
        others = cluster.count - 1
        label = ngettext("%(city)s and %(count)s more city", "%(city)s and %(count)s more cities", others)
        return label % {"city": self.directory.name(row), "count": grouped(others)}


def twinning_map(directory: Directory, row: int, partners: Rows) -> mapping.Picture:
    """A city and the cities it is twinned with."""
    rows = np.concatenate([partners, [row]]).astype(np.int64)
    x, y = mapping.project(directory.reference.latitude[rows], directory.reference.longitude[rows])
    window = mapping.window_around(x, y)
    home = reverse("cities")
    names = [directory.name(one) for one in rows.tolist()]
    marks = [
        mapping.Mark(px, py, 7 * window.unit, name, city_url(directory, one, home))
        for px, py, name, one in zip(x[:-1].tolist(), y[:-1].tolist(), names, partners.tolist(), strict=False)
    ]
    here = (float(x[-1]), float(y[-1]))
    marks.append(mapping.Mark(*here, 9 * window.unit, names[-1], kind="here"))
    ties = [mapping.tie_path(*here, mark.x, mark.y) for mark in marks[:-1]]
    label = _("Map of the cities twinned with %(city)s") % {"city": names[-1]}
    return mapping.Picture(label, window, marks, ties)


def members_map(directory: Directory) -> mapping.Picture:
    """The member cities and the twinnings between them."""
    rows = directory.statements.members_first[: int((directory.statements.member.sets == 0).sum())]
    reference, home = directory.reference, reverse("cities")
    x, y = mapping.project(reference.latitude[rows], reference.longitude[rows])
    places = dict(zip(reference.ids[rows].tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True))
    marks = [
        mapping.Mark(px, py, 7.0, directory.name(row), city_url(directory, row, home), "member")
        for row, (px, py) in zip(rows.tolist(), places.values(), strict=True)
    ]
    pairs = Twinning.objects.between(places).values_list("city_a_id", "city_b_id")
    ties = [mapping.tie_path(*places[one], *places[other]) for one, other in pairs]
    return mapping.Picture(
        _("Map of the member cities and the twinnings between them"), marks=marks, ties=ties
    )
