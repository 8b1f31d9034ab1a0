"""What everybody reads across all apps: search, open API, statistics, the map, sharing."""
