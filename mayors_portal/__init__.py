"""The project: settings, addresses, and the servers the portal can bring along."""

from .celery import app as celery_app

__all__ = ["celery_app"]
