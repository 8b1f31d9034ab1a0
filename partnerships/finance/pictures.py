"""The directory of financial partners on a map."""

from django.utils.translation import gettext, ngettext

from cities.listing import grouped
from cities.mapping import Cluster
from partnerships.organisations.pictures import OrganisationMap


def partners(count: int) -> str:
    """So many financial partners, in words."""
    text = ngettext("%(count)s financial partner", "%(count)s financial partners", count)
    return text % {"count": grouped(count)}


class FinancialMap(OrganisationMap):
    """The financial partners of a result, each at its seat."""

    HOME = "financial-partners"

    def title(self) -> str:
        return gettext("Map: %(partners)s") % {"partners": partners(len(self.selection))}

    def several(self, row: int, cluster: Cluster) -> str:
        # Translators: a circle on the map that stands for several cities; this one is the largest.
        around = gettext("%(city)s and around: %(partners)s")
        label = "%(city)s: %(partners)s" if cluster.is_one_place else around
        return label % {"city": self.city(row), "partners": partners(cluster.count)}
