"""Who can help a project, seen from the project and from those who can help."""
