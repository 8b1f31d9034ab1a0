"""What the portal knows and tells: practices of cities, news, and what it is itself."""
