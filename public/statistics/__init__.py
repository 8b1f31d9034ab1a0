"""How the portal does: figures over time, and whether its works run."""
