"""Expressions of interest between cities, businesses and financial partners."""
