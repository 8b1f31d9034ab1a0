"""Practices: what cities did that worked."""
