"""How good and how fast the matcher is."""
