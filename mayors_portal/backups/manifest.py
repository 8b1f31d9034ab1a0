"""What a backup says of itself: `manifest.json` beside its parts."""

import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from .files import Files, Part
from .programs import BackupError
from .tables import Content

FORMAT = 1
NAME = "manifest.json"
NEEDED = {
    "SECRET_KEY": "signs links in letters and calendar addresses; with another, those of old letters fail",
    "SITE_URL": "passkeys belong to its host name: with another, people sign in by password and renew them",
    "EMAIL_URL": "sends letters",
    "OC4IDS_PREFIX": "begins the identifiers of published projects",
    "DATABASE_URL": "unless the portal's own PostgreSQL is used",
    "REDIS_URL": "unless the portal's own Valkey is used",
    "METRICS_TOKEN": "lets Prometheus in, where it asks from afar",
}
"""Names of settings that no backup holds, and what they are for: keep them elsewhere."""


@dataclass(frozen=True)
class Manifest:
    """Parts by file name, tables and folders by name.

    made_at: the moment of the database, or a little later. migrations: those applied, as "app.name".
    """

    made_at: str
    server: int
    dumped_by: int
    migrations: list[str]
    parts: dict[str, Part]
    tables: dict[str, Content]
    folders: dict[str, Files]
    key_check: str

    def write(self, folder: Path) -> None:
        """Put it beside the parts."""
        told = {"format": FORMAT, **asdict(self), "not_included": NEEDED}
        for kind in ("parts", "tables", "folders"):
            told[kind] = {name: one._asdict() for name, one in getattr(self, kind).items()}
        (folder / NAME).write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """That of a backup. Raises BackupError where there is none that can be read."""
        try:
            told = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if told.pop("format") != FORMAT:
                raise BackupError(f"{folder} was made by a portal that makes other backups than this one.")
            told.pop("not_included")
            for kind, shape in {"parts": Part, "tables": Content, "folders": Files}.items():
                told[kind] = {name: shape(**one) for name, one in told[kind].items()}
            return cls(**told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"{folder / NAME} cannot be read: {error}. Is it a whole backup?") from error


def key_check() -> str:
    """Tells whether two portals have the same SECRET_KEY, without telling which."""
    return hmac.new(settings.SECRET_KEY.encode(), b"the key of a backup", "sha256").hexdigest()[:16]
