"""Countries, cities, their profiles, mayors, topics and twinnings. Imports accounts only."""
