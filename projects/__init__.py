"""Urban-development and reconstruction projects (the models come with the projects capability)."""
