"""What the web server does beside serving: logs like the portal's, and metrics that begin at its start.

For gunicorn's configuration, which takes these names as they are.
"""

import os
from pathlib import Path
from typing import Any

from . import settings

ERRORS = "gunicorn.error"

logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        ERRORS: {"level": "WARNING", "handlers": [], "propagate": True, "qualname": ERRORS},
    },
}


def on_starting(server: Any) -> None:
    """Forget the numbers of processes that are gone."""
    for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"):
        file.unlink(missing_ok=True)
