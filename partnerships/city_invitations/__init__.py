"""Letters that invite a city nobody speaks for on the portal yet."""
