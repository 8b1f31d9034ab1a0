"""The directory of businesses on a map."""

from django.utils.translation import ngettext

from cities.listing import grouped
from cities.mapping import Cluster
from partnerships.organisations.pictures import OrganisationMap


class BusinessMap(OrganisationMap):
    """The businesses of a result."""

    HOME = "businesses"

    def title(self) -> str:
        total = len(self.selection)
        label = ngettext("Map of %(count)s business found", "Map of %(count)s businesses found", total)
        return label % {"count": grouped(total)}

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
        return label % {"city": self.city(row), "count": grouped(cluster.count)}
