"""A city's list of projects, read from a file, checked row by row, and made drafts of."""
