"""Financial partners: what they offer to whom, their calls with deadlines, and their directory."""
