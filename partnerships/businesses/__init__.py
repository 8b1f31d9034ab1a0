"""Businesses: what they do, offer and seek, and their directory."""
