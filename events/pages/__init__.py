"""What everybody sees of events: the list of them, and the page of each."""
