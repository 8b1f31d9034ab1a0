"""What the web server does beside serving: logs like the portal's, and metrics that begin at its start.

gunicorn reads this file by itself where it is started in this folder; addresses and numbers of processes are
told on its command line.
"""

from pathlib import Path
from typing import Any

from mayors_portal import settings

logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        "gunicorn.error": {
            "level": "WARNING",
            "handlers": [],
            "propagate": True,
            "qualname": "gunicorn.error",
        },
    },
}


def on_starting(server: Any) -> None:
    """Forget the numbers of processes that are gone."""
    for file in Path(settings.VAR, "metrics").glob("*.db"):
        file.unlink(missing_ok=True)
