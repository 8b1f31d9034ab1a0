"""Agendas of participants, what they are told of changes, what they say afterwards, and the live display."""
