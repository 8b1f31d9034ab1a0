"""Backups: everything the portal needs to live again elsewhere, and the proof that nothing is missing."""
