"""The open API and its dumps."""
