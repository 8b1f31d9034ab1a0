"""Celery tasks of the matcher."""
