"""The weights of the matcher: those in force, changing them, seeing what would move."""
