"""Who takes part in an event, as its organisers see it."""
