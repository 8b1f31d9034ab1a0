"""Which cities are partners, as their businesses count it: twinned, or in a partnership that all may see.

A partnership that its cities do not show is not counted: scores and reasons would tell of it.
"""

from django.db.models import F, Q

from cities.models import Twinning
from partnerships.models import Partnership

Pair = tuple[int, int]


def pairs(city: int | None = None) -> list[Pair]:
    """Pairs of ids of partner cities, those of one if it is given: two queries; a pair may stand twice."""
    twinned = Twinning.objects.order_by().values_list("city_a_id", "city_b_id")
    shown = Partnership.objects.public().living().annotate(a=F("one__city"), b=F("other__city"))
    agreed = shown.filter(a__isnull=False, b__isnull=False).order_by().values_list("a", "b")
    if city is not None:
        twinned = twinned.filter(Q(city_a=city) | Q(city_b=city))
        agreed = agreed.filter(Q(a=city) | Q(b=city))
    return [*twinned, *agreed]
