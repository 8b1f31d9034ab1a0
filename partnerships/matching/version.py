"""Which matcher this is, so that matches of another are noticed."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def version() -> str:
    """A short hash of the matcher's code and of what it learnt from known ties."""
    folder = Path(__file__).parent
    digest = sha256()
    for path in sorted([*folder.glob("*.py"), folder / "fitted.json"]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
