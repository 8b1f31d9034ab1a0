"""Scoring all businesses, or one that changed, into BusinessMatch; see `partnerships.scoring`."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import BinaryField, Func, Q

from accounts.locks import Lock, wait_for
from partnerships.matching.trade_topk import TradeMatcher
from partnerships.models import BusinessJob, BusinessMatch, BusinessRun
from partnerships.scoring.changed_city import forget, renew_lists
from partnerships.scoring.cities import fill, finish, replaced
from partnerships.scoring.match_table import BUSINESSES, count_change

from . import arrays, directory
from .keys import write_keys
from .models import BusinessProfile
from .texts import version


def score_all_businesses(meanwhile: Callable[[], object]) -> BusinessRun:
    """Score all businesses and replace all matches; return the finished run. Hold Lock.ALL_BUSINESSES."""
    with replaced(BUSINESSES, BusinessRun, {}) as run:
        renew_texts()
        matcher = TradeMatcher.of(arrays.of(directory.fresh()))
        fill(BUSINESSES, run, matcher, matcher.run(BusinessMatch.LAST_RANK), meanwhile)
        with transaction.atomic():
            BUSINESSES.swap()
            finish(run, BusinessJob, "business_id")
    return run


def renew_texts() -> int:
    """Make vectors of the texts that have none, or those of another version; how many."""
    mark = Func("text_vectors", 1, len(version()), function="substr", output_field=BinaryField())
    marked = BusinessProfile.objects.annotate(mark=mark)
    old = marked.filter(~Q(mark=version()) | Q(text_vectors=None)).select_related("organisation__city")
    profiles = list(old)
    for profile in profiles:
        write_keys(profile)
    return len(profiles)


def score_business(business_id: int) -> int:
    """Bring the lists that a changed business stands in, stood in, or has, up to date; return how many.

    Call it in a transaction, and only after all businesses were scored once. One that is public no more
    leaves every list.
    """
    wait_for(Lock.ONE_BUSINESS)
    matcher = TradeMatcher.of(arrays.of(directory.fresh()))
    row = int(matcher.businesses.rows_of(business_id))
    is_gone = row < 0
    renewed = forget(BUSINESSES, matcher, business_id) if is_gone else renew_lists(BUSINESSES, matcher, row)
    count_change()
    return renewed
