"""Badges, and checking in with them."""
