"""Organisations that may be the same: found when one is saved, kept as pairs, decided by reviewers.

A pair on which somebody decided stays decided, whatever is found later.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AUDITED, AuditEntry, User

from .identity import domain_key, name_key, number_key
from .models import OrganisationIdentity, PossibleDuplicate

AUDITED["not the same"] = _("said that two organisations are not the same")

MOST = 20
"""Pairs of one organisation by each reason."""
BATCH = 100

FIND = """
WITH mine AS (SELECT * FROM partnerships_organisationidentity WHERE organisation_id = ANY(%(ids)s)),
found AS (
    SELECT mine.organisation_id AS one, near.other, near.same_number, near.same_domain, near.likeness
    FROM mine CROSS JOIN LATERAL (
        (SELECT organisation_id AS other, true AS same_number, false AS same_domain, NULL::float8 AS likeness
        FROM partnerships_organisationidentity
        WHERE country = mine.country AND number = mine.number AND number <> ''
            AND organisation_id <> mine.organisation_id
        ORDER BY organisation_id LIMIT %(most)s)
    UNION ALL
        (SELECT organisation_id, false, true, NULL
        FROM partnerships_organisationidentity
        WHERE domains && mine.domains AND organisation_id <> mine.organisation_id
        ORDER BY organisation_id LIMIT %(most)s)
    UNION ALL
        (SELECT organisation_id, false, false, similarity(name, mine.name)
        FROM partnerships_organisationidentity
        WHERE country = mine.country AND name %% mine.name AND organisation_id <> mine.organisation_id
        ORDER BY similarity(name, mine.name) DESC, organisation_id LIMIT %(most)s)
    ) AS near
)
INSERT INTO partnerships_possibleduplicate
    (first_id, second_id, same_number, same_domain, likeness, found_at)
SELECT
    least(one, other), greatest(one, other), bool_or(same_number), bool_or(same_domain), max(likeness), now()
FROM found GROUP BY 1, 2
ON CONFLICT (first_id, second_id) DO UPDATE SET
    same_number = excluded.same_number, same_domain = excluded.same_domain, likeness = excluded.likeness
"""


def note_identity(organisation: Any) -> None:
    """Keep what an organisation is compared by, and find its possible duplicates anew if that changed."""
    now, sites = _identity(organisation), _websites(organisation)
    now["domains"] = sorted(set(filter(None, map(domain_key, sites))))
    kept = OrganisationIdentity.objects.filter(pk=organisation.pk)
    if kept.filter(**now).exists():
        return
    with transaction.atomic():
        OrganisationIdentity.objects.update_or_create(organisation=organisation, defaults=now)
        find_duplicates([organisation.pk])


def _identity(organisation: Any) -> dict[str, Any]:
    country = organisation.city.country_id
    return {
        "country": country,
        "number": number_key(organisation.registration_number, country),
        "name": name_key(organisation.name),
    }


def _websites(organisation: Any) -> list[str]:
    profiles = (getattr(organisation, name, None) for name in ("businessprofile", "financialpartnerprofile"))
    return [organisation.website, *(profile.website for profile in profiles if profile)]


def find_duplicates(organisations: Iterable[int]) -> None:
    """Find the pairs of these organisations anew, a hundred at a time.

    Whoever writes organisations in bulk, which saves no model, calls it in the worker: among 200,000 each
    takes 40 to 80 ms.
    """
    ids = list(organisations)
    for start in range(0, len(ids), BATCH):
        _find(ids[start : start + BATCH])


def _find(ids: list[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for side in ("first", "second"):
            PossibleDuplicate.objects.filter(decided_at=None, **{f"{side}__in": ids}).delete()
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)",
            [str(PossibleDuplicate.NAMED_ALIKE)],
        )
        cursor.execute(FIND, {"ids": ids, "most": MOST})


def not_the_same(pair: PossibleDuplicate, *, by: User) -> None:
    """Keep that these two are different organisations; the pair is not shown again."""
    with transaction.atomic():
        undecided = PossibleDuplicate.objects.filter(pk=pair.pk, decided_at=None)
        if undecided.update(decided_at=timezone.now(), decided_by=by):
            AuditEntry.note(by, "not the same", pair.first, other=pair.second_id, name=str(pair.second))
