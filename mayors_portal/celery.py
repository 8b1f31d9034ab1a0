"""The Celery application. Rules measured under faults stand in settings.py beside each option."""

import os

from celery import Celery

from . import task_tracing  # noqa: F401 - numbers, log lines and counts of tasks
from .dashboard import heartbeats  # noqa: F401 - notes signs of life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayors_portal.settings")

app = Celery("mayors_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
