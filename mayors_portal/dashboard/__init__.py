"""The state of the portal, for administrators: what waits, what works, what broke."""
