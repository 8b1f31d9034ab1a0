"""Keeps the entries of the search like the public objects.

Triggers count what changes (cities.DataVersion), and the worker looks at that every few seconds. The counts
are read before the objects: whatever is changed later counts further, and is read the next time. Of
businesses, of which there may be 200,000, only the changed ones are read (all where the numbers of
transactions began anew, as after a database was restored); of the others all, and those written anew whose
texts are not as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from cities.directory import Versions, versions
from cities.models import DataVersion
from partnerships.businesses.directory import oldest_at_work
from public.models import SearchedKind, SearchEntry

from .sources import SOURCES, Shown, Source
from .words import as_vector, plain_keys, words_of

WRITTEN = 1
"""The way entries are written: count it up when that changes, and all are written anew."""
LANGUAGES = [code for code, _name in settings.LANGUAGES]
BATCH = 1000
MOST_CHANGED = 5000  # objects that are read one by one
LONGEST = 50_000  # characters of one object's texts


class _Read(NamedTuple):
    """What an entry is made of."""

    number: int
    names: Sequence[str]
    texts: Sequence[str]
    shown: dict[str, Shown]

    @property
    def digest(self) -> str:
        """The same for the same."""
        return blake2b(f"{WRITTEN}{self}".encode(), digest_size=16).hexdigest()


def bring_up_to_date() -> None:
    """Write the entries of what was changed since. Nobody else writes those of the same kind meanwhile."""
    now, known = versions(), SearchedKind.objects.in_bulk()
    for source in SOURCES:
        code = source.kind.code
        state = known.get(code) or SearchedKind.objects.get_or_create(kind=code)[0]
        if not _is_current(state, source, now):
            with transaction.atomic():
                _renew(source)


def _is_current(state: SearchedKind, source: Source, now: Versions) -> bool:
    return state.basis == _basis(now) and state.versions == source.version(now)


def _basis(now: Versions) -> str:
    return f"{WRITTEN}, {now.get(DataVersion.REFERENCE)}"


def _renew(source: Source) -> None:
    """Read the objects of a kind, unless somebody else is at it."""
    held = SearchedKind.objects.select_for_update(skip_locked=True).filter(kind=source.kind.code)
    state = held.first()
    if state is None:
        return
    now, seen = versions(), oldest_at_work()  # before anything is read
    changed = None
    if source.changed_since and state.basis == _basis(now) and seen >= state.seen:
        changed = source.changed_since(state.seen)
        changed = None if changed and len(changed) > MOST_CHANGED else changed
    _write(source, changed)
    state.basis, state.versions, state.seen = _basis(now), source.version(now), seen
    state.save()


def _write(source: Source, changed: Sequence[int] | None) -> None:
    """Make the entries like the objects: those changed, or all for None."""
    entries: QuerySet[SearchEntry] = SearchEntry.objects.filter(kind=source.kind.code)
    rows = source.with_texts(source.kind.objects()).order_by("pk")
    if changed is not None:
        entries, rows = entries.filter(object_id__in=changed), rows.filter(pk__in=changed)
    digests = dict(entries.values_list("object_id", "digest"))
    for batch in _batches(rows.iterator(chunk_size=BATCH)):
        read = [_Read(one.pk, *source.all_texts(one), _shown(source, one)) for one in batch]
        _save(source.kind.code, [one for one in read if digests.pop(one.number, "") != one.digest])
    entries.filter(object_id__in=list(digests)).delete()


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    each = iter(rows)
    while batch := list(islice(each, BATCH)):
        yield batch


def _shown(source: Source, one: Any) -> dict[str, Shown]:
    shown = {}
    for language in LANGUAGES:
        with override(language):
            shown[language] = source.shown(one)
    return shown


def _save(kind: str, read: Sequence[_Read]) -> None:
    """Write the entries of some objects."""
    names = words_of(["\n".join(one.names) for one in read])
    texts = words_of(["\n".join(one.texts)[:LONGEST] for one in read])
    keys = iter(plain_keys([name for one in read for name in one.names]))
    entries = [
        SearchEntry(
            kind=kind,
            object_id=one.number,
            names="\n".join(["", *islice(keys, len(one.names)), ""]),
            named=as_vector(kind, named),
            words=as_vector(kind, [*named, *said]),
            shown=one.shown,
            digest=one.digest,
        )
        for one, named, said in zip(read, names, texts, strict=True)
    ]
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["names", "named", "words", "shown", "digest"],
    )
