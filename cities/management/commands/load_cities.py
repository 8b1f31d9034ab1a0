"""manage.py load_cities: the countries, regions and cities of Europe, with all their names."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cities.importers import geonames, reference


class Command(BaseCommand):
    """Fills the directory; can be repeated at any time, members' own data stay."""

    help = (
        "Load countries, regions and cities of Europe from GeoNames. Repeating it changes only what differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()

        def say(step: str) -> None:
            self.stdout.write(f"[{time.monotonic() - start:5.1f} s] {step}")

        say("reading GeoNames")
        data = geonames.read(settings.EXTRA_COUNTRIES, settings.EXCLUDED_COUNTRIES)
        outcome = reference.load(data, say)
        say(
            f"done: {len(data.countries)} countries, {len(data.regions):,} regions, "
            f"{len(data.cities):,} cities; cities gone {outcome.cities_gone:,}, "
            f"no longer in GeoNames but in use and kept {outcome.cities_kept:,}"
        )
