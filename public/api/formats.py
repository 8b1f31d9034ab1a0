"""Records as JSON, as a line of a spreadsheet, on a map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cities.exports import LICENCE, csv_lines

from .schema import Record, columns

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
}
"""The formats of lists, by what the parameter `format` says."""


def flat(record: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """A record (as JSON has it) as a line of a spreadsheet; lists of records are JSON in their cell."""
    line: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            line |= flat(value, f"{before}{name}_")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            line[before + name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, list):
            line[before + name] = [str(one) for one in value]
        else:
            line[before + name] = value
    return line


def lines(kind: type[Record], records: Iterable[Record]) -> Iterable[str]:
    """The lines of a spreadsheet of records of one kind."""
    names = list(columns(kind))
    rows = (_known(flat(record.model_dump(mode="json")), names) for record in records)
    return csv_lines(names, rows)


def _known(line: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Without what stands for a record that is not there, and has columns of its own."""
    return {name: line[name] for name in names if name in line}


def collection(records: Iterable[Record], following: str | None, total: int) -> str:
    """A GeoJSON (RFC 7946) collection; records without a place have no geometry."""
    features = [_feature(record.model_dump(mode="json")) for record in records]
    found = {
        "type": "FeatureCollection",
        "features": features,
        "total": total,
        "next": following,
        "licence": LICENCE,
    }
    return json.dumps(found, ensure_ascii=False)


def _feature(record: dict[str, Any]) -> dict[str, Any]:
    place = [record["longitude"], record["latitude"]]
    return {
        "type": "Feature",
        "id": record["id"],
        "geometry": None if None in place else {"type": "Point", "coordinates": place},
        "properties": record,
    }
