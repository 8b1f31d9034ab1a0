"""Deadlines and milestones of a person's sides: as a page, as files, and as a private calendar feed."""
