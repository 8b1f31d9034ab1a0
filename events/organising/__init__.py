"""How organisers make an event: its sections, and the parts of which it has several."""
