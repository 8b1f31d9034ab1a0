"""The keys by which a business is found and compared: its names, and all that it says of itself."""

from collections.abc import Iterable, Sequence

from cities import nace
from partnerships.organisations import keys

from .models import BusinessName, BusinessProfile, BusinessStatement
from .texts import vectors

Notes = Iterable[Sequence[str]]


def write_keys(profile: BusinessProfile) -> None:
    """Bring the keys of a business up to date; call it in the transaction of the change."""
    stated = list(BusinessStatement.objects.filter(organisation=profile.organisation))
    keys.write_keys(profile, BusinessName, texts(profile, stated))
    vectors_now = text_vectors(profile, stated)
    BusinessProfile.objects.filter(pk=profile.pk).update(text_vectors=vectors_now)


def set_keys(profile: BusinessProfile, statements: Sequence[BusinessStatement]) -> None:
    """Set what a new business is found and compared by, but for its names; not saved."""
    profile.text_key = keys.text_key(profile, texts(profile, statements))  # type: ignore[assignment]
    profile.text_vectors = text_vectors(profile, statements)


def text_vectors(profile: BusinessProfile, statements: Sequence[BusinessStatement]) -> bytes:
    """What a business says it does, and what it seeks, as numbers."""
    notes = [(one.kind, one.note_en, one.note_uk) for one in statements]
    return vectors(profile.activity, *sides(profile.summary_en, profile.summary_uk, notes))


def sides(summary_en: str, summary_uk: str, notes: Notes) -> tuple[list[str], list[str]]:
    """What a business says it does, and what it seeks; notes: kind, English and Ukrainian note of each."""
    does: list[str] = [summary_en, summary_uk]
    seeks: list[str] = []
    for kind, *both in notes:
        (seeks if kind == BusinessStatement.Kind.NEED else does).extend(both)
    return does, seeks


def texts(profile: BusinessProfile, statements: Iterable[BusinessStatement]) -> list[str]:
    """What a business says beside its names, city and summaries."""
    return [
        profile.certificates,
        *nace.titles(profile.activity),
        *(note for one in statements for note in (one.note_en, one.note_uk)),
    ]
