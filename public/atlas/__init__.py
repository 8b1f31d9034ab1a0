"""The map of everything."""
