"""Folders, static files, translations, and the library that draws PDF."""

import json
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import storages

from .findings import Finding, Findings, Level, error

LITTLE_SPACE, TOO_LITTLE_SPACE = 5 * 2**30, 2**30  # bytes


def check_folders() -> Findings:
    """Whether uploads can be kept."""
    for folder in (settings.VAR, Path(storages["default"].path("")), Path(storages["private"].path(""))):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as problem:
            yield error(
                f"the folder {folder} cannot be written to: {problem.strerror}",
                f"Give it to the user of the portal: chown -R mayors-portal {folder}. Or set VAR to another.",
            )
    free = shutil.disk_usage(settings.VAR).free
    if free < LITTLE_SPACE:
        yield Finding(
            Level.ERROR if free < TOO_LITTLE_SPACE else Level.WARNING,
            f"only {free / 2**30:.1f} GB are free under {settings.VAR}",
            "Make room, or move VAR to a larger disk.",
        )


def check_static_files() -> Findings:
    """Whether stylesheets and scripts of this release were collected."""
    if not settings.PRODUCTION:
        return
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    collected = json.loads(manifest.read_text(encoding="utf-8"))["paths"] if manifest.exists() else {}
    found = {name.replace("\\", "/") for finder in get_finders() for name, _ in finder.list([])}
    if missing := found - set(collected):
        yield error(
            f"{len(missing)} static files of this release were not collected, for instance {min(missing)}: "
            "pages fail or have no looks",
            "Run: manage.py collectstatic --noinput, then restart the web server.",
        )


def check_translations() -> Findings:
    """Whether the Ukrainian texts were compiled."""
    for catalogue in settings.BASE_DIR.glob("locale/uk/LC_MESSAGES/*.po"):
        if not catalogue.with_suffix(".mo").exists():
            yield error(
                f"{catalogue.name} was not compiled: Ukrainian pages are in English",
                "Run: manage.py messages compile, then restart the web server.",
            )


def check_pango() -> Findings:
    """Whether documents as PDF can be made."""
    try:
        import weasyprint  # noqa: F401
    except OSError as problem:
        yield error(
            f"the library Pango is missing: memoranda cannot be had as PDF ({str(problem).splitlines()[0]})",
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
        )
