"""The Celery application. Rules measured under faults stand in settings.py beside each option."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")

app = Celery("mayors_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from . import task_tracing  # noqa: E402, F401 - its signals
from .dashboard import heartbeats  # noqa: E402, F401 - notes signs of life
